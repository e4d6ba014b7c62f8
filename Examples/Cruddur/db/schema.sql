-- Cruddur: people, and what they say.
-- Loading it again changes nothing: what is there stays.

CREATE EXTENSION IF NOT EXISTS "uuid-ossp";
CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE IF NOT EXISTS public.users (
    uuid uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    display_name text,
    handle text,
    email text,
    cognito_user_id text,
    created_at timestamptz NOT NULL DEFAULT current_timestamp
);

CREATE TABLE IF NOT EXISTS public.activities (
    uuid uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
    user_uuid uuid NOT NULL REFERENCES public.users ON DELETE CASCADE,
    message text NOT NULL,
    replies_count integer NOT NULL DEFAULT 0,
    reposts_count integer NOT NULL DEFAULT 0,
    likes_count integer NOT NULL DEFAULT 0,
    reply_to_activity_uuid uuid REFERENCES public.activities ON DELETE CASCADE,
    expires_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT current_timestamp
);

-- The first version of this file had no e-mail address, a number for what is replied to, and times without a zone.
ALTER TABLE public.users ADD COLUMN IF NOT EXISTS email text;
DO $$
BEGIN
    IF 'integer' = (SELECT data_type FROM information_schema.columns WHERE table_schema = 'public'
                    AND table_name = 'activities' AND column_name = 'reply_to_activity_uuid') THEN
        ALTER TABLE public.users ALTER COLUMN created_at TYPE timestamptz;
        ALTER TABLE public.activities
            ALTER COLUMN reply_to_activity_uuid TYPE uuid USING NULL,
            ALTER COLUMN expires_at TYPE timestamptz,
            ALTER COLUMN created_at TYPE timestamptz,
            ADD FOREIGN KEY (reply_to_activity_uuid) REFERENCES public.activities ON DELETE CASCADE,
            ADD FOREIGN KEY (user_uuid) REFERENCES public.users ON DELETE CASCADE;
    END IF;
END
$$;

CREATE TABLE IF NOT EXISTS public.likes (
    activity_uuid uuid REFERENCES public.activities ON DELETE CASCADE,
    user_uuid uuid REFERENCES public.users ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT current_timestamp,
    PRIMARY KEY (activity_uuid, user_uuid)
);

CREATE UNIQUE INDEX IF NOT EXISTS users_handle ON public.users (lower(handle));
-- Cognito tells of a user once or more often. MOCK is who came with seed.sql.
CREATE UNIQUE INDEX IF NOT EXISTS users_cognito_user_id ON public.users (cognito_user_id) WHERE cognito_user_id <> 'MOCK';

CREATE INDEX IF NOT EXISTS activities_home ON public.activities (created_at DESC, uuid DESC)
    WHERE reply_to_activity_uuid IS NULL;
CREATE INDEX IF NOT EXISTS activities_user ON public.activities (user_uuid, created_at DESC, uuid DESC);
CREATE INDEX IF NOT EXISTS activities_replies ON public.activities (reply_to_activity_uuid, created_at)
    WHERE reply_to_activity_uuid IS NOT NULL;
CREATE INDEX IF NOT EXISTS activities_expiry ON public.activities (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS activities_words ON public.activities USING gin (message gin_trgm_ops);
CREATE INDEX IF NOT EXISTS likes_user ON public.likes (user_uuid);
