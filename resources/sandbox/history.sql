-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the shop did before the sandbox started: orders whose events were relayed by a relay that
-- runs every second, and handled by both services, but for a few that they gave up on.

-- Events of a topic, spread over its history; none in a history too short to have any.
CREATE FUNCTION shop_given_up(of_topic text, how_many bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE
AS $$
    SELECT id FROM (
        SELECT id, row_number() OVER (ORDER BY id) AS n, count(*) OVER () AS total
        FROM orders_outboxevent WHERE topic = of_topic
    ) numbered
    WHERE total >= 500 AND n % (total / how_many) = (total / how_many) / 2
    ORDER BY id LIMIT how_many
$$;

-- Answers which service gave up on which event.
CREATE FUNCTION shop_history(how_many bigint, span interval)
RETURNS TABLE (service text, event bigint)
LANGUAGE plpgsql
AS $$
DECLARE
    unbilled bigint[];
    unsent bigint[];
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

    unbilled := ARRAY(SELECT shop_given_up('order.paid', 9));
    unsent := ARRAY(SELECT shop_given_up('order.shipped', 4));

    INSERT INTO billing_processedevent (event_id, processed_at)
    SELECT id::text, published_at + interval '30 milliseconds' FROM orders_outboxevent
    WHERE topic IN ('order.paid', 'payment.refunded') AND id <> ALL (unbilled);
    PERFORM billing_apply(id::text, payload) FROM orders_outboxevent
    WHERE topic IN ('order.paid', 'payment.refunded') AND id <> ALL (unbilled);

    INSERT INTO email_processedevent (event_id, processed_at)
    SELECT id::text, published_at + interval '60 milliseconds' FROM orders_outboxevent
    WHERE id <> ALL (unsent);
    PERFORM email_apply(id::text, payload) FROM orders_outboxevent WHERE id <> ALL (unsent);

    RETURN QUERY SELECT 'billing', unnest(unbilled) UNION ALL SELECT 'email', unnest(unsent);
END
$$;
