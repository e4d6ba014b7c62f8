-- Cruddur: people, and what they say.
-- Loading it again changes nothing: what is there stays.

CREATE EXTENSION IF NOT EXISTS "uuid-ossp";

CREATE TABLE IF NOT EXISTS public.users (
    uuid uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    display_name text,
    handle text,
    cognito_user_id text,
    created_at timestamp NOT NULL DEFAULT current_timestamp
);

CREATE TABLE IF NOT EXISTS public.activities (
    uuid uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    user_uuid uuid NOT NULL,
    message text NOT NULL,
    replies_count integer DEFAULT 0,
    reposts_count integer DEFAULT 0,
    likes_count integer DEFAULT 0,
    reply_to_activity_uuid integer,
    expires_at timestamp,
    created_at timestamp NOT NULL DEFAULT current_timestamp
);
