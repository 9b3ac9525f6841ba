// The OpenAPI document, embedded in the binary.
#ifndef PARLEY_COPENAPI_H
#define PARLEY_COPENAPI_H
#include <stddef.h>
extern const unsigned char parley_openapi_yaml[];
extern const size_t parley_openapi_yaml_length;
#endif
