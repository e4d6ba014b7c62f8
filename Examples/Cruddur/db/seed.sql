-- A few first rows. Loading it again adds none.

INSERT INTO public.users (display_name, handle, cognito_user_id)
SELECT seed.display_name, seed.handle, 'MOCK'
FROM (VALUES ('Andrew Brown', 'andrewbrown'), ('Andrew Bayko', 'bayko')) AS seed (display_name, handle)
WHERE NOT EXISTS (SELECT FROM public.users WHERE users.handle = seed.handle);

INSERT INTO public.activities (user_uuid, message, expires_at)
SELECT users.uuid, 'This was imported as seed data!', current_timestamp + interval '10 day'
FROM public.users
WHERE users.handle = 'andrewbrown' AND NOT EXISTS (SELECT FROM public.activities);
