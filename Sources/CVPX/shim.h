// libvpx: real VP8 and VP9 for simulated rooms. The initialisers and vpx_codec_control are macros over ABI numbers and variadics,
// so what we call is a function here.
#ifndef PARLEY_CVPX_SHIM_H
#define PARLEY_CVPX_SHIM_H
#include <vpx/vp8cx.h>
#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>
#include <vpx/vpx_encoder.h>

static inline vpx_codec_err_t parley_vp8_encoder_config(vpx_codec_enc_cfg_t *config) {
    return vpx_codec_enc_config_default(vpx_codec_vp8_cx(), config, 0);
}
static inline vpx_codec_err_t parley_vp8_encoder_init(vpx_codec_ctx_t *context, const vpx_codec_enc_cfg_t *config) {
    return vpx_codec_enc_init(context, vpx_codec_vp8_cx(), config, 0);
}
static inline vpx_codec_err_t parley_vp8_decoder_init(vpx_codec_ctx_t *context) {
    return vpx_codec_dec_init(context, vpx_codec_vp8_dx(), 0, 0);
}
static inline vpx_codec_err_t parley_vp9_encoder_config(vpx_codec_enc_cfg_t *config) {
    return vpx_codec_enc_config_default(vpx_codec_vp9_cx(), config, 0);
}
static inline vpx_codec_err_t parley_vp9_encoder_init(vpx_codec_ctx_t *context, const vpx_codec_enc_cfg_t *config) {
    return vpx_codec_enc_init(context, vpx_codec_vp9_cx(), config, 0);
}
static inline vpx_codec_err_t parley_vp9_decoder_init(vpx_codec_ctx_t *context) {
    return vpx_codec_dec_init(context, vpx_codec_vp9_dx(), 0, 0);
}
// A negative speed is fixed; a positive one would follow the wall clock, and two runs would differ.
static inline vpx_codec_err_t parley_vp8_set_speed(vpx_codec_ctx_t *context, int speed) {
    return vpx_codec_control(context, VP8E_SET_CPUUSED, speed);
}
static inline vpx_codec_err_t parley_vp8_set_static_threshold(vpx_codec_ctx_t *context, unsigned threshold) {
    return vpx_codec_control(context, VP8E_SET_STATIC_THRESHOLD, threshold);
}
static inline vpx_codec_err_t parley_vp8_set_max_intra_percent(vpx_codec_ctx_t *context, unsigned percent) {
    return vpx_codec_control(context, VP8E_SET_MAX_INTRA_BITRATE_PCT, percent);
}
#endif
