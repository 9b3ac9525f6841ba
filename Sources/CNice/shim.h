// libnice: its STUN/ICE message layer serves the SFU; its full agent (NiceAgent) is the independent peer in tests.
#ifndef PARLEY_CNICE_SHIM_H
#define PARLEY_CNICE_SHIM_H
#include <nice/agent.h>
#include <stun/stunagent.h>
#include <stun/usages/ice.h>
#endif
