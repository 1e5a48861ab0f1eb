-- SPDX-License-Identifier: GPL-3.0-or-later
-- What the two consuming services do with an event. Their consumers call billing_apply and
-- email_apply, and so do the replay handlers: a replayed event has exactly a consumer's effect.
-- The ledger row is the caller's, in the same transaction.

CREATE FUNCTION billing_record(event_id text, topic text, kind text, payload jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    amount bigint := billing_amount(payload);
BEGIN
    IF amount IS NULL OR payload->>'order_id' IS NULL THEN
        RAISE EXCEPTION 'event % has no total_cents or no order_id', event_id;
    END IF;
    INSERT INTO billing_invoice (event_id, order_id, kind, amount_cents)
    VALUES (event_id, (payload->>'order_id')::bigint, kind, amount);
    INSERT INTO billing_counter AS c (topic, applied, amount_cents)
    VALUES (topic, 1, amount)
    ON CONFLICT ON CONSTRAINT billing_counter_pkey
    DO UPDATE SET applied = c.applied + 1, amount_cents = c.amount_cents + excluded.amount_cents;
END
$$;

CREATE FUNCTION apply_order_paid(event_id text, payload jsonb) RETURNS void
LANGUAGE sql
AS $$ SELECT billing_record(event_id, 'order.paid', 'invoice', payload) $$;

CREATE FUNCTION apply_payment_refunded(event_id text, payload jsonb) RETURNS void
LANGUAGE sql
AS $$ SELECT billing_record(event_id, 'payment.refunded', 'credit', payload) $$;

CREATE FUNCTION billing_apply(event_id text, payload jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    CASE payload->>'type'
        WHEN 'order.paid' THEN PERFORM apply_order_paid(event_id, payload);
        WHEN 'payment.refunded' THEN PERFORM apply_payment_refunded(event_id, payload);
        ELSE RAISE EXCEPTION 'billing does not know the event type %', payload->>'type';
    END CASE;
END
$$;

CREATE FUNCTION email_apply(event_id text, payload jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    subject text;
BEGIN
    CASE payload->>'type'
        WHEN 'order.created' THEN subject := 'We received your order %s';
        WHEN 'order.paid' THEN subject := 'Thank you for paying order %s';
        WHEN 'order.shipped' THEN subject := 'Order %s is on its way';
        WHEN 'payment.refunded' THEN subject := 'Your money for order %s is on its way back';
        ELSE RAISE EXCEPTION 'email does not know the event type %', payload->>'type';
    END CASE;
    IF payload->>'email' IS NULL THEN
        RAISE EXCEPTION 'event % has no email', event_id;
    END IF;
    INSERT INTO email_message (event_id, recipient, subject)
    VALUES (event_id, payload->>'email', format(subject, payload->>'order_id'));
END
$$;
