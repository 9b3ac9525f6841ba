// The OpenAPI document, embedded in the binary.
#ifndef PARLEY_COPENAPI_H
#define PARLEY_COPENAPI_H
#include <stddef.h>
// A function, because Swift cannot import an array of unknown length.
const unsigned char *parley_openapi_yaml_start(void);
extern const size_t parley_openapi_yaml_length;
#endif
