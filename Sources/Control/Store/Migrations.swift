import GRDB

/// The schema, as numbered steps. A step that was merged is never edited: the next change is a new step.
enum Migrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 accounts") { db in try db.execute(sql: accounts) }
        migrator.registerMigration("2 guilds") { db in try db.execute(sql: guilds) }
        migrator.registerMigration("3 media") { db in try db.execute(sql: media) }
        return migrator
    }

    /// Times are milliseconds since the Unix epoch, ids are snowflakes, tokens are SHA-256 of what the client holds.
    private static let accounts = """
        CREATE TABLE users (
            id INTEGER PRIMARY KEY,
            username TEXT NOT NULL COLLATE NOCASE,
            email TEXT NOT NULL COLLATE NOCASE,
            password_hash TEXT NOT NULL,
            global_name TEXT,
            avatar TEXT,
            is_bot INTEGER NOT NULL DEFAULT 0,
            is_operator INTEGER NOT NULL DEFAULT 0,
            status TEXT NOT NULL DEFAULT 'online',
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX idx_users_username ON users (username);
        CREATE UNIQUE INDEX idx_users_email ON users (email);

        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY,
            user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            revoked_at INTEGER
        ) STRICT;
        CREATE INDEX idx_sessions_user ON sessions (user_id);
        CREATE INDEX idx_sessions_expiry ON sessions (expires_at);

        CREATE TABLE refresh_tokens (
            hash BLOB PRIMARY KEY,
            session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
            parent BLOB,
            issued_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            replaced_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX idx_refresh_tokens_session ON refresh_tokens (session_id);
        CREATE INDEX idx_refresh_tokens_parent ON refresh_tokens (parent);
        """

    private static let guilds = """
        CREATE TABLE guilds (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            description TEXT,
            owner_id INTEGER NOT NULL REFERENCES users (id),
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX idx_guilds_owner ON guilds (owner_id);

        CREATE TABLE roles (
            id INTEGER PRIMARY KEY,
            guild_id INTEGER NOT NULL REFERENCES guilds (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            permissions INTEGER NOT NULL,
            position INTEGER NOT NULL,
            color INTEGER NOT NULL DEFAULT 0,
            is_hoisted INTEGER NOT NULL DEFAULT 0,
            is_mentionable INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX idx_roles_guild ON roles (guild_id);

        CREATE TABLE members (
            guild_id INTEGER NOT NULL REFERENCES guilds (id) ON DELETE CASCADE,
            user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            nick TEXT,
            joined_at INTEGER NOT NULL,
            is_muted INTEGER NOT NULL DEFAULT 0,
            is_deafened INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (guild_id, user_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX idx_members_user ON members (user_id);

        CREATE TABLE member_roles (
            guild_id INTEGER NOT NULL,
            user_id INTEGER NOT NULL,
            role_id INTEGER NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
            PRIMARY KEY (guild_id, user_id, role_id),
            FOREIGN KEY (guild_id, user_id) REFERENCES members (guild_id, user_id) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX idx_member_roles_role ON member_roles (role_id);

        CREATE TABLE voice_tiers (
            id INTEGER PRIMARY KEY,
            guild_id INTEGER NOT NULL REFERENCES guilds (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            bitrate INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX idx_voice_tiers_guild ON voice_tiers (guild_id);

        CREATE TABLE voice_tier_roles (
            tier_id INTEGER NOT NULL REFERENCES voice_tiers (id) ON DELETE CASCADE,
            role_id INTEGER NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
            PRIMARY KEY (tier_id, role_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX idx_voice_tier_roles_role ON voice_tier_roles (role_id);

        CREATE TABLE stream_tiers (
            id INTEGER PRIMARY KEY,
            guild_id INTEGER NOT NULL REFERENCES guilds (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            framerate INTEGER NOT NULL,
            bitrate INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX idx_stream_tiers_guild ON stream_tiers (guild_id);

        CREATE TABLE stream_tier_roles (
            tier_id INTEGER NOT NULL REFERENCES stream_tiers (id) ON DELETE CASCADE,
            role_id INTEGER NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
            may TEXT NOT NULL CHECK (may IN ('publish', 'watch')),
            PRIMARY KEY (tier_id, role_id, may)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX idx_stream_tier_roles_role ON stream_tier_roles (role_id);

        CREATE TABLE channels (
            id INTEGER PRIMARY KEY,
            guild_id INTEGER NOT NULL REFERENCES guilds (id) ON DELETE CASCADE,
            kind INTEGER NOT NULL,
            name TEXT NOT NULL,
            position INTEGER NOT NULL,
            parent_id INTEGER REFERENCES channels (id) ON DELETE SET NULL,
            topic TEXT,
            user_limit INTEGER NOT NULL DEFAULT 0,
            voice_tier_id INTEGER REFERENCES voice_tiers (id) ON DELETE SET NULL
        ) STRICT;
        CREATE INDEX idx_channels_guild ON channels (guild_id);
        CREATE INDEX idx_channels_parent ON channels (parent_id);
        CREATE INDEX idx_channels_voice_tier ON channels (voice_tier_id);

        -- The target is a role or a member, so no foreign key can name it.
        CREATE TABLE permission_overwrites (
            channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
            target_id INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            allow INTEGER NOT NULL,
            deny INTEGER NOT NULL,
            PRIMARY KEY (channel_id, target_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX idx_permission_overwrites_target ON permission_overwrites (target_id);

        CREATE TABLE invites (
            code TEXT PRIMARY KEY,
            guild_id INTEGER NOT NULL REFERENCES guilds (id) ON DELETE CASCADE,
            channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
            inviter_id INTEGER REFERENCES users (id) ON DELETE SET NULL,
            uses INTEGER NOT NULL DEFAULT 0,
            max_uses INTEGER NOT NULL,
            max_age_seconds INTEGER NOT NULL,
            is_temporary INTEGER NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX idx_invites_guild ON invites (guild_id);
        CREATE INDEX idx_invites_channel ON invites (channel_id);
        CREATE INDEX idx_invites_inviter ON invites (inviter_id);

        CREATE TABLE bans (
            guild_id INTEGER NOT NULL REFERENCES guilds (id) ON DELETE CASCADE,
            user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            reason TEXT,
            created_at INTEGER NOT NULL,
            PRIMARY KEY (guild_id, user_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX idx_bans_user ON bans (user_id);
        """

    private static let media = """
        CREATE TABLE stream_keys (
            id INTEGER PRIMARY KEY,
            channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
            user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            hash BLOB NOT NULL,
            created_at INTEGER NOT NULL,
            last_used_at INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX idx_stream_keys_hash ON stream_keys (hash);
        CREATE INDEX idx_stream_keys_channel ON stream_keys (channel_id);
        CREATE INDEX idx_stream_keys_user ON stream_keys (user_id);

        -- History outlives the channel and the guild it speaks of.
        CREATE TABLE voice_sessions (
            id INTEGER PRIMARY KEY,
            user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            guild_id INTEGER NOT NULL,
            channel_id INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            ended_at INTEGER,
            end_reason TEXT
        ) STRICT;
        CREATE INDEX idx_voice_sessions_user ON voice_sessions (user_id);
        CREATE INDEX idx_voice_sessions_open ON voice_sessions (id) WHERE ended_at IS NULL;

        CREATE TABLE streams (
            id INTEGER PRIMARY KEY,
            user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            guild_id INTEGER NOT NULL,
            channel_id INTEGER NOT NULL,
            source TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            ended_at INTEGER
        ) STRICT;
        CREATE INDEX idx_streams_user ON streams (user_id);
        CREATE INDEX idx_streams_open ON streams (id) WHERE ended_at IS NULL;
        """
}
