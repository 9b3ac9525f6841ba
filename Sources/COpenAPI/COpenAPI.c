#include "COpenAPI.h"

// C23 #embed: the file is a dependency of this object, so an edit to it rebuilds.
const unsigned char parley_openapi_yaml[] = {
#embed "openapi.yaml"
};
const size_t parley_openapi_yaml_length = sizeof parley_openapi_yaml;
