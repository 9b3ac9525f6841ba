#include "COpenAPI.h"

// C23 #embed: the file is a dependency of this object, so an edit to it rebuilds.
static const unsigned char document[] = {
#embed "openapi.yaml"
};
const size_t parley_openapi_yaml_length = sizeof document;

const unsigned char *parley_openapi_yaml_start(void) { return document; }
