#ifndef PARLEY_CWEB_H
#define PARLEY_CWEB_H
#include <stddef.h>
#endif
