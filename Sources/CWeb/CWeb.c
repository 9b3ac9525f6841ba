// The web client, embedded by C23's #embed (ARCHITECTURE row 12). The table is written by Tests/Browser/assets.py --write, which also checks,
// with the browser tests, that no file under web/ is missing from it.

#include "CWeb.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

static const unsigned char a_icon_svg[] = {
#embed "web/icon.svg"
};
static const unsigned char a_index_html[] = {
#embed "web/index.html"
};
static const unsigned char a_js_api_js[] = {
#embed "web/js/api.js"
};
static const unsigned char a_js_backoff_js[] = {
#embed "web/js/backoff.js"
};
static const unsigned char a_js_credentials_js[] = {
#embed "web/js/credentials.js"
};
static const unsigned char a_js_dom_js[] = {
#embed "web/js/dom.js"
};
static const unsigned char a_js_gateway_js[] = {
#embed "web/js/gateway.js"
};
static const unsigned char a_js_main_js[] = {
#embed "web/js/main.js"
};
static const unsigned char a_js_permissions_js[] = {
#embed "web/js/permissions.js"
};
static const unsigned char a_js_preferences_js[] = {
#embed "web/js/preferences.js"
};
static const unsigned char a_js_store_js[] = {
#embed "web/js/store.js"
};
static const unsigned char a_js_voice_devices_js[] = {
#embed "web/js/voice/devices.js"
};
static const unsigned char a_js_voice_ladder_js[] = {
#embed "web/js/voice/ladder.js"
};
static const unsigned char a_js_voice_peer_js[] = {
#embed "web/js/voice/peer.js"
};
static const unsigned char a_js_voice_publisher_js[] = {
#embed "web/js/voice/publisher.js"
};
static const unsigned char a_js_voice_socket_js[] = {
#embed "web/js/voice/socket.js"
};
static const unsigned char a_style_base_css[] = {
#embed "web/style/base.css"
};
static const unsigned char a_style_home_css[] = {
#embed "web/style/home.css"
};
static const unsigned char a_style_stage_css[] = {
#embed "web/style/stage.css"
};

static parley_asset assets[] = {
    {"/icon.svg", "image/svg+xml", a_icon_svg, sizeof a_icon_svg, ""},
    {"/index.html", "text/html; charset=utf-8", a_index_html, sizeof a_index_html, ""},
    {"/js/api.js", "text/javascript; charset=utf-8", a_js_api_js, sizeof a_js_api_js, ""},
    {"/js/backoff.js", "text/javascript; charset=utf-8", a_js_backoff_js, sizeof a_js_backoff_js, ""},
    {"/js/credentials.js", "text/javascript; charset=utf-8", a_js_credentials_js, sizeof a_js_credentials_js, ""},
    {"/js/dom.js", "text/javascript; charset=utf-8", a_js_dom_js, sizeof a_js_dom_js, ""},
    {"/js/gateway.js", "text/javascript; charset=utf-8", a_js_gateway_js, sizeof a_js_gateway_js, ""},
    {"/js/main.js", "text/javascript; charset=utf-8", a_js_main_js, sizeof a_js_main_js, ""},
    {"/js/permissions.js", "text/javascript; charset=utf-8", a_js_permissions_js, sizeof a_js_permissions_js, ""},
    {"/js/preferences.js", "text/javascript; charset=utf-8", a_js_preferences_js, sizeof a_js_preferences_js, ""},
    {"/js/store.js", "text/javascript; charset=utf-8", a_js_store_js, sizeof a_js_store_js, ""},
    {"/js/voice/devices.js", "text/javascript; charset=utf-8", a_js_voice_devices_js, sizeof a_js_voice_devices_js, ""},
    {"/js/voice/ladder.js", "text/javascript; charset=utf-8", a_js_voice_ladder_js, sizeof a_js_voice_ladder_js, ""},
    {"/js/voice/peer.js", "text/javascript; charset=utf-8", a_js_voice_peer_js, sizeof a_js_voice_peer_js, ""},
    {"/js/voice/publisher.js", "text/javascript; charset=utf-8", a_js_voice_publisher_js, sizeof a_js_voice_publisher_js, ""},
    {"/js/voice/socket.js", "text/javascript; charset=utf-8", a_js_voice_socket_js, sizeof a_js_voice_socket_js, ""},
    {"/style/base.css", "text/css; charset=utf-8", a_style_base_css, sizeof a_style_base_css, ""},
    {"/style/home.css", "text/css; charset=utf-8", a_style_home_css, sizeof a_style_home_css, ""},
    {"/style/stage.css", "text/css; charset=utf-8", a_style_stage_css, sizeof a_style_stage_css, ""},
};

enum { asset_count = sizeof assets / sizeof assets[0] };

static char etags[asset_count][20];
static pthread_once_t hashed = PTHREAD_ONCE_INIT;

/// 64-bit FNV-1a. Not a cryptographic hash: it tells versions of our own files apart, nobody else's.
static uint64_t hash(const unsigned char *bytes, size_t length) {
    uint64_t h = 0xcbf29ce484222325;
    for (size_t i = 0; i < length; i++) h = (h ^ bytes[i]) * 0x100000001b3;
    return h;
}

static void compute_etags(void) {
    for (size_t i = 0; i < asset_count; i++) {
        snprintf(etags[i], sizeof etags[i], "\"%016llx\"", (unsigned long long)hash(assets[i].bytes, assets[i].length));
        assets[i].etag = etags[i];
    }
}

const parley_asset *parley_assets(size_t *count) {
    pthread_once(&hashed, compute_etags);
    *count = asset_count;
    return assets;
}
