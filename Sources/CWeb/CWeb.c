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
static const unsigned char a_js_app_js[] = {
#embed "web/js/app.js"
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
static const unsigned char a_js_heartbeat_js[] = {
#embed "web/js/heartbeat.js"
};
static const unsigned char a_js_icons_js[] = {
#embed "web/js/icons.js"
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
static const unsigned char a_js_ui_dialog_js[] = {
#embed "web/js/ui/dialog.js"
};
static const unsigned char a_js_ui_dialogs_js[] = {
#embed "web/js/ui/dialogs.js"
};
static const unsigned char a_js_ui_dock_js[] = {
#embed "web/js/ui/dock.js"
};
static const unsigned char a_js_ui_home_js[] = {
#embed "web/js/ui/home.js"
};
static const unsigned char a_js_ui_invites_js[] = {
#embed "web/js/ui/invites.js"
};
static const unsigned char a_js_ui_layout_js[] = {
#embed "web/js/ui/layout.js"
};
static const unsigned char a_js_ui_panel_js[] = {
#embed "web/js/ui/panel.js"
};
static const unsigned char a_js_ui_parts_js[] = {
#embed "web/js/ui/parts.js"
};
static const unsigned char a_js_ui_person_menu_js[] = {
#embed "web/js/ui/person-menu.js"
};
static const unsigned char a_js_ui_places_js[] = {
#embed "web/js/ui/places.js"
};
static const unsigned char a_js_ui_popover_js[] = {
#embed "web/js/ui/popover.js"
};
static const unsigned char a_js_ui_settings_js[] = {
#embed "web/js/ui/settings.js"
};
static const unsigned char a_js_ui_shell_js[] = {
#embed "web/js/ui/shell.js"
};
static const unsigned char a_js_ui_sidebar_js[] = {
#embed "web/js/ui/sidebar.js"
};
static const unsigned char a_js_ui_stage_js[] = {
#embed "web/js/ui/stage.js"
};
static const unsigned char a_js_ui_switches_js[] = {
#embed "web/js/ui/switches.js"
};
static const unsigned char a_js_ui_tile_js[] = {
#embed "web/js/ui/tile.js"
};
static const unsigned char a_js_ui_toasts_js[] = {
#embed "web/js/ui/toasts.js"
};
static const unsigned char a_js_ui_welcome_js[] = {
#embed "web/js/ui/welcome.js"
};
static const unsigned char a_js_voice_call_js[] = {
#embed "web/js/voice/call.js"
};
static const unsigned char a_js_voice_devices_js[] = {
#embed "web/js/voice/devices.js"
};
static const unsigned char a_js_voice_ladder_js[] = {
#embed "web/js/voice/ladder.js"
};
static const unsigned char a_js_voice_path_js[] = {
#embed "web/js/voice/path.js"
};
static const unsigned char a_js_voice_peer_js[] = {
#embed "web/js/voice/peer.js"
};
static const unsigned char a_js_voice_plugs_js[] = {
#embed "web/js/voice/plugs.js"
};
static const unsigned char a_js_voice_publisher_js[] = {
#embed "web/js/voice/publisher.js"
};
static const unsigned char a_js_voice_room_js[] = {
#embed "web/js/voice/room.js"
};
static const unsigned char a_js_voice_socket_js[] = {
#embed "web/js/voice/socket.js"
};
static const unsigned char a_js_voice_speakers_js[] = {
#embed "web/js/voice/speakers.js"
};
static const unsigned char a_js_voice_statistics_js[] = {
#embed "web/js/voice/statistics.js"
};
static const unsigned char a_js_voice_subscriptions_js[] = {
#embed "web/js/voice/subscriptions.js"
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
    {"/js/app.js", "text/javascript; charset=utf-8", a_js_app_js, sizeof a_js_app_js, ""},
    {"/js/backoff.js", "text/javascript; charset=utf-8", a_js_backoff_js, sizeof a_js_backoff_js, ""},
    {"/js/credentials.js", "text/javascript; charset=utf-8", a_js_credentials_js, sizeof a_js_credentials_js, ""},
    {"/js/dom.js", "text/javascript; charset=utf-8", a_js_dom_js, sizeof a_js_dom_js, ""},
    {"/js/gateway.js", "text/javascript; charset=utf-8", a_js_gateway_js, sizeof a_js_gateway_js, ""},
    {"/js/heartbeat.js", "text/javascript; charset=utf-8", a_js_heartbeat_js, sizeof a_js_heartbeat_js, ""},
    {"/js/icons.js", "text/javascript; charset=utf-8", a_js_icons_js, sizeof a_js_icons_js, ""},
    {"/js/main.js", "text/javascript; charset=utf-8", a_js_main_js, sizeof a_js_main_js, ""},
    {"/js/permissions.js", "text/javascript; charset=utf-8", a_js_permissions_js, sizeof a_js_permissions_js, ""},
    {"/js/preferences.js", "text/javascript; charset=utf-8", a_js_preferences_js, sizeof a_js_preferences_js, ""},
    {"/js/store.js", "text/javascript; charset=utf-8", a_js_store_js, sizeof a_js_store_js, ""},
    {"/js/ui/dialog.js", "text/javascript; charset=utf-8", a_js_ui_dialog_js, sizeof a_js_ui_dialog_js, ""},
    {"/js/ui/dialogs.js", "text/javascript; charset=utf-8", a_js_ui_dialogs_js, sizeof a_js_ui_dialogs_js, ""},
    {"/js/ui/dock.js", "text/javascript; charset=utf-8", a_js_ui_dock_js, sizeof a_js_ui_dock_js, ""},
    {"/js/ui/home.js", "text/javascript; charset=utf-8", a_js_ui_home_js, sizeof a_js_ui_home_js, ""},
    {"/js/ui/invites.js", "text/javascript; charset=utf-8", a_js_ui_invites_js, sizeof a_js_ui_invites_js, ""},
    {"/js/ui/layout.js", "text/javascript; charset=utf-8", a_js_ui_layout_js, sizeof a_js_ui_layout_js, ""},
    {"/js/ui/panel.js", "text/javascript; charset=utf-8", a_js_ui_panel_js, sizeof a_js_ui_panel_js, ""},
    {"/js/ui/parts.js", "text/javascript; charset=utf-8", a_js_ui_parts_js, sizeof a_js_ui_parts_js, ""},
    {"/js/ui/person-menu.js", "text/javascript; charset=utf-8", a_js_ui_person_menu_js, sizeof a_js_ui_person_menu_js, ""},
    {"/js/ui/places.js", "text/javascript; charset=utf-8", a_js_ui_places_js, sizeof a_js_ui_places_js, ""},
    {"/js/ui/popover.js", "text/javascript; charset=utf-8", a_js_ui_popover_js, sizeof a_js_ui_popover_js, ""},
    {"/js/ui/settings.js", "text/javascript; charset=utf-8", a_js_ui_settings_js, sizeof a_js_ui_settings_js, ""},
    {"/js/ui/shell.js", "text/javascript; charset=utf-8", a_js_ui_shell_js, sizeof a_js_ui_shell_js, ""},
    {"/js/ui/sidebar.js", "text/javascript; charset=utf-8", a_js_ui_sidebar_js, sizeof a_js_ui_sidebar_js, ""},
    {"/js/ui/stage.js", "text/javascript; charset=utf-8", a_js_ui_stage_js, sizeof a_js_ui_stage_js, ""},
    {"/js/ui/switches.js", "text/javascript; charset=utf-8", a_js_ui_switches_js, sizeof a_js_ui_switches_js, ""},
    {"/js/ui/tile.js", "text/javascript; charset=utf-8", a_js_ui_tile_js, sizeof a_js_ui_tile_js, ""},
    {"/js/ui/toasts.js", "text/javascript; charset=utf-8", a_js_ui_toasts_js, sizeof a_js_ui_toasts_js, ""},
    {"/js/ui/welcome.js", "text/javascript; charset=utf-8", a_js_ui_welcome_js, sizeof a_js_ui_welcome_js, ""},
    {"/js/voice/call.js", "text/javascript; charset=utf-8", a_js_voice_call_js, sizeof a_js_voice_call_js, ""},
    {"/js/voice/devices.js", "text/javascript; charset=utf-8", a_js_voice_devices_js, sizeof a_js_voice_devices_js, ""},
    {"/js/voice/ladder.js", "text/javascript; charset=utf-8", a_js_voice_ladder_js, sizeof a_js_voice_ladder_js, ""},
    {"/js/voice/path.js", "text/javascript; charset=utf-8", a_js_voice_path_js, sizeof a_js_voice_path_js, ""},
    {"/js/voice/peer.js", "text/javascript; charset=utf-8", a_js_voice_peer_js, sizeof a_js_voice_peer_js, ""},
    {"/js/voice/plugs.js", "text/javascript; charset=utf-8", a_js_voice_plugs_js, sizeof a_js_voice_plugs_js, ""},
    {"/js/voice/publisher.js", "text/javascript; charset=utf-8", a_js_voice_publisher_js, sizeof a_js_voice_publisher_js, ""},
    {"/js/voice/room.js", "text/javascript; charset=utf-8", a_js_voice_room_js, sizeof a_js_voice_room_js, ""},
    {"/js/voice/socket.js", "text/javascript; charset=utf-8", a_js_voice_socket_js, sizeof a_js_voice_socket_js, ""},
    {"/js/voice/speakers.js", "text/javascript; charset=utf-8", a_js_voice_speakers_js, sizeof a_js_voice_speakers_js, ""},
    {"/js/voice/statistics.js", "text/javascript; charset=utf-8", a_js_voice_statistics_js, sizeof a_js_voice_statistics_js, ""},
    {"/js/voice/subscriptions.js", "text/javascript; charset=utf-8", a_js_voice_subscriptions_js, sizeof a_js_voice_subscriptions_js, ""},
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
