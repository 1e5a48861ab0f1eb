-- SPDX-License-Identifier: GPL-3.0-or-later
-- What billing runs normally: the amount must be a number. Anything else is an error, so that the
-- event's transaction is rolled back and the event stays pending.
CREATE OR REPLACE FUNCTION billing_amount(payload jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE
AS $$ SELECT (payload->>'total_cents')::bigint $$;
