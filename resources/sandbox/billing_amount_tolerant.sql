-- SPDX-License-Identifier: GPL-3.0-or-later
-- The fix that ends the incident "poison": amounts with a currency behind them are understood too.
CREATE OR REPLACE FUNCTION billing_amount(payload jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE
AS $$ SELECT regexp_replace(payload->>'total_cents', '[^0-9-]', '', 'g')::bigint $$;
