-- SPDX-License-Identifier: GPL-3.0-or-later
-- The order service. Every function changes orders and adds their events in one statement, so that
-- both are committed or neither is.

INSERT INTO orders_product (sku, title, price_cents) VALUES
    ('TEA-ASSAM-250', 'Assam tea, 250 g', 890),
    ('TEA-GREEN-100', 'Green tea, 100 g', 740),
    ('TEA-MINT-50', 'Peppermint tea, 50 g', 420),
    ('POT-IRON-08', 'Iron teapot, 0.8 l', 5490),
    ('CUP-GLASS-4', 'Four glass cups', 1990),
    ('TIN-ROUND-1', 'Round tea tin', 650),
    ('KETTLE-17', 'Kettle, 1.7 l', 3995),
    ('STRAINER-S', 'Tea strainer, small', 575),
    ('HONEY-500', 'Forest honey, 500 g', 1150),
    ('GIFTCARD-50', 'Gift card, 50 EUR', 5000);

CREATE FUNCTION shop_items() RETURNS jsonb
LANGUAGE sql VOLATILE
AS $$
    SELECT jsonb_agg(jsonb_build_object(
        'sku', sku, 'title', title, 'price_cents', price_cents,
        'quantity', 1 + floor(random() * 3)::int))
    FROM (SELECT * FROM orders_product ORDER BY random() LIMIT 1 + floor(random() * 3)::int) p
$$;

CREATE FUNCTION shop_total(items jsonb) RETURNS bigint
LANGUAGE sql IMMUTABLE
AS $$
    SELECT sum((i->>'price_cents')::bigint * (i->>'quantity')::bigint)::bigint
    FROM jsonb_array_elements(items) i
$$;

CREATE FUNCTION shop_payload(o orders_order, topic text, at timestamptz) RETURNS jsonb
LANGUAGE sql STABLE
AS $$
    SELECT jsonb_build_object(
        'type', topic, 'order_id', o.id, 'customer', o.customer, 'email', o.email,
        'total_cents', o.total_cents, 'currency', o.currency, 'occurred_at', at)
    || CASE topic
        WHEN 'order.created' THEN jsonb_build_object('items', o.items)
        WHEN 'order.paid' THEN jsonb_build_object('payment', jsonb_build_object(
            'method', (ARRAY['card', 'direct debit', 'wallet'])[1 + o.id % 3],
            'transaction', 'txn_' || left(md5(o.id::text), 16)))
        WHEN 'order.shipped' THEN jsonb_build_object('shipment', jsonb_build_object(
            'carrier', (ARRAY['parcel post', 'courier'])[1 + o.id % 2],
            'tracking', upper(left(md5('parcel' || o.id), 12)),
            'parcels', 1 + jsonb_array_length(o.items) / 3))
        WHEN 'payment.refunded' THEN jsonb_build_object('refund', jsonb_build_object(
            'reason', (ARRAY['returned', 'damaged', 'out of stock'])[1 + o.id % 3],
            'transaction', 'ref_' || left(md5('refund' || o.id), 16)))
        ELSE '{}'::jsonb
    END
$$;

CREATE FUNCTION shop_insert(how_many bigint, order_status text, since timestamptz, span interval)
RETURNS SETOF orders_order
LANGUAGE sql VOLATILE
AS $$
    INSERT INTO orders_order
        (customer, email, total_cents, currency, items, status, created_at, updated_at)
    SELECT 'customer ' || who, 'customer-' || who || '@shop.example', shop_total(items), 'EUR',
           items, order_status, at, at
    FROM (
        -- Mentions i so that every order gets items of its own.
        SELECT 1000 + floor(random() * 9000)::int AS who,
               CASE WHEN i > 0 THEN shop_items() END AS items,
               since + span * (i::float8 / how_many) AS at
        FROM generate_series(1, how_many) i
    ) drawn
    RETURNING *
$$;

-- New orders: order.created.
CREATE FUNCTION shop_create(how_many bigint) RETURNS void
LANGUAGE sql VOLATILE
AS $$
    INSERT INTO orders_outboxevent (topic, payload)
    SELECT 'order.created', shop_payload(o, 'order.created', now())
    FROM shop_insert(how_many, 'created', now(), interval '0') o
$$;

-- The oldest open orders go one step further: order.paid, order.shipped.
CREATE FUNCTION shop_advance(old_status text, new_status text, how_many bigint) RETURNS void
LANGUAGE sql VOLATILE
AS $$
    WITH changed AS (
        UPDATE orders_order SET status = new_status, updated_at = now()
        WHERE id IN (SELECT id FROM orders_order WHERE status = old_status
                     ORDER BY id LIMIT how_many FOR UPDATE SKIP LOCKED)
        RETURNING orders_order.*
    )
    INSERT INTO orders_outboxevent (topic, payload)
    SELECT 'order.' || new_status, shop_payload(changed.*::orders_order, 'order.' || new_status, now())
    FROM changed
$$;

-- Some of the newest shipped orders come back: payment.refunded.
CREATE FUNCTION shop_refund(how_many bigint) RETURNS void
LANGUAGE sql VOLATILE
AS $$
    WITH changed AS (
        UPDATE orders_order SET status = 'refunded', updated_at = now()
        WHERE id IN (SELECT id FROM orders_order
                     WHERE id > (SELECT max(id) - 500 FROM orders_order) AND status = 'shipped'
                     ORDER BY random() LIMIT how_many)
        RETURNING orders_order.*
    )
    INSERT INTO orders_outboxevent (topic, payload)
    SELECT 'payment.refunded', shop_payload(changed.*::orders_order, 'payment.refunded', now())
    FROM changed
$$;

-- Orders that are paid at once: a burst of order.paid.
CREATE FUNCTION shop_burst(how_many bigint) RETURNS void
LANGUAGE sql VOLATILE
AS $$
    INSERT INTO orders_outboxevent (topic, payload)
    SELECT 'order.paid', shop_payload(o, 'order.paid', now())
    FROM shop_insert(how_many, 'paid', now(), interval '0') o
$$;

-- The incident "ledger-pruned": what billing processed twenty seconds ago or earlier is forgotten, and
-- comes back from a backup when the incident ends.
CREATE TABLE billing_ledger_backup (LIKE billing_processedevent);

CREATE FUNCTION shop_prune_ledger() RETURNS void
LANGUAGE sql VOLATILE
AS $$
    WITH forgotten AS (
        DELETE FROM billing_processedevent WHERE processed_at < now() - interval '20 seconds'
        RETURNING *
    )
    INSERT INTO billing_ledger_backup SELECT * FROM forgotten
$$;

CREATE FUNCTION shop_restore_ledger() RETURNS void
LANGUAGE sql VOLATILE
AS $$
    WITH remembered AS (DELETE FROM billing_ledger_backup RETURNING *)
    INSERT INTO billing_processedevent SELECT * FROM remembered ON CONFLICT DO NOTHING
$$;

-- The incident "slow-database": every row takes a while to be marked as published. The delay is
-- read for each row, so that it ends in the middle of a statement too.
CREATE TABLE shop_slowness (delay_ms integer NOT NULL);
INSERT INTO shop_slowness VALUES (0);

CREATE FUNCTION shop_slow_down() RETURNS trigger
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    PERFORM pg_sleep(delay_ms / 1000.0) FROM shop_slowness WHERE delay_ms > 0;
    RETURN NEW;
END
$$;

CREATE TRIGGER shop_slow_down BEFORE UPDATE OF published_at ON orders_outboxevent
FOR EACH ROW EXECUTE FUNCTION shop_slow_down();

-- The incident "poison": a producer that writes the amount with its currency.
CREATE FUNCTION shop_poison(how_many bigint) RETURNS void
LANGUAGE sql VOLATILE
AS $$
    INSERT INTO orders_outboxevent (topic, payload)
    SELECT 'order.paid', shop_payload(o, 'order.paid', now())
           || jsonb_build_object('total_cents', o.total_cents || ' ' || o.currency)
    FROM shop_insert(how_many, 'paid', now(), interval '0') o
$$;
