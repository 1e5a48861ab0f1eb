-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the shop did before the sandbox started: orders whose events were relayed by a relay that
-- runs every second, and handled by both services.

CREATE FUNCTION shop_history(how_many bigint, span interval) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO orders_outboxevent (topic, payload, created_at, published_at)
    SELECT step.topic, shop_payload(o, step.topic, step.at), step.at,
           date_trunc('second', step.at) + interval '1 second'
    FROM shop_insert(how_many, 'created', now() - span, span) o
    CROSS JOIN LATERAL (VALUES
        ('order.created', o.created_at, true),
        ('order.paid', o.created_at + interval '45 seconds', o.id % 16 > 0),
        ('order.shipped', o.created_at + interval '4 minutes', o.id % 16 > 0),
        ('payment.refunded', o.created_at + interval '9 minutes', o.id % 16 = 7)
    ) AS step (topic, at, happens)
    WHERE step.happens AND step.at < now() - interval '3 seconds'
    ORDER BY step.at;

    UPDATE orders_order o SET status = reached.status, updated_at = reached.at
    FROM (
        SELECT DISTINCT ON ((payload->>'order_id')::bigint)
               (payload->>'order_id')::bigint AS order_id,
               split_part(topic, '.', 2) AS status, created_at AS at
        FROM orders_outboxevent ORDER BY (payload->>'order_id')::bigint, id DESC
    ) reached
    WHERE o.id = reached.order_id AND reached.status <> 'created';

    INSERT INTO billing_processedevent (event_id, processed_at)
    SELECT id::text, published_at + interval '30 milliseconds' FROM orders_outboxevent
    WHERE topic IN ('order.paid', 'payment.refunded');
    PERFORM billing_apply(id::text, payload) FROM orders_outboxevent
    WHERE topic IN ('order.paid', 'payment.refunded');

    INSERT INTO email_processedevent (event_id, processed_at)
    SELECT id::text, published_at + interval '60 milliseconds' FROM orders_outboxevent;
    PERFORM email_apply(id::text, payload) FROM orders_outboxevent;
END
$$;
