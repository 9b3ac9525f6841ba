// libopus: real audio for simulated rooms. opus_encoder_ctl is variadic, so what we set is a function here.
#ifndef PARLEY_COPUS_SHIM_H
#define PARLEY_COPUS_SHIM_H
#include <opus.h>

static inline int parley_opus_set_bitrate(OpusEncoder *encoder, opus_int32 bits_per_second) {
    return opus_encoder_ctl(encoder, OPUS_SET_BITRATE(bits_per_second));
}
static inline int parley_opus_set_complexity(OpusEncoder *encoder, opus_int32 complexity) {
    return opus_encoder_ctl(encoder, OPUS_SET_COMPLEXITY(complexity));
}
static inline int parley_opus_set_inband_fec(OpusEncoder *encoder, opus_int32 enabled, opus_int32 expected_loss_percent) {
    int error = opus_encoder_ctl(encoder, OPUS_SET_INBAND_FEC(enabled));
    return error != OPUS_OK ? error : opus_encoder_ctl(encoder, OPUS_SET_PACKET_LOSS_PERC(expected_loss_percent));
}
static inline int parley_opus_set_dtx(OpusEncoder *encoder, opus_int32 enabled) {
    return opus_encoder_ctl(encoder, OPUS_SET_DTX(enabled));
}
#endif
