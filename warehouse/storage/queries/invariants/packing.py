"""What must hold of cartons, labels, states and the decisions people made."""

from warehouse.storage.queries.invariants.all import Check, check

PACKING: tuple[Check, ...] = (
    check(
        "carton_one_order",
        "A carton holds one shipment of one order.",
        """
        SELECT 'carton ' || c.carton_no || ' of order ' || o.number || ' (' || c.id || ') belongs to a shipment of '
            || 'order ' || s.order_id
        FROM carton c JOIN "order" o ON o.id = c.order_id JOIN shipment s ON s.id = c.shipment_id
        WHERE s.order_id <> c.order_id
        UNION ALL
        SELECT 'carton ' || c.carton_no || ' of order ' || o.number || ' (' || c.id || ') holds line ' || l.id
            || ' of order ' || l.order_id
        FROM carton c JOIN "order" o ON o.id = c.order_id
        JOIN carton_line cl ON cl.carton_id = c.id JOIN order_line l ON l.id = cl.order_line_id
        WHERE l.order_id <> c.order_id AND cl.quantity > 0
        """,
    ),
    check(
        "carton_content",
        "The content of a carton as listed is what was scanned into it.",
        """
        SELECT 'carton ' || u.carton_id || ', line ' || u.order_line_id || ', lot ' || u.lot_id || ': listed '
            || SUM(u.listed) || ', scanned ' || SUM(u.scanned)
        FROM (
            SELECT carton_id, order_line_id, lot_id, quantity AS listed, 0 AS scanned FROM carton_line
            UNION ALL SELECT to_place_id, order_line_id, lot_id, 0, quantity FROM move WHERE reason = 'pack'
            UNION ALL SELECT from_place_id, order_line_id, lot_id, 0, -quantity FROM move WHERE reason = 'unpack'
        ) u
        JOIN carton c ON c.id = u.carton_id
        WHERE c.state <> 'void'
        GROUP BY u.carton_id, u.order_line_id, u.lot_id
        HAVING SUM(u.listed) <> SUM(u.scanned)
        ORDER BY u.carton_id, u.order_line_id
        """,
    ),
    check(
        "carton_label",
        "A carton from labelled on has exactly one living label, with a tracking number, scanned back on it.",
        """
        SELECT 'carton ' || c.id || ' is ' || c.state || ' with ' || COUNT(l.id) || ' living labels, '
            || COUNT(l.tracking) || ' with a tracking number, ' || COUNT(l.scanned_back_at) || ' scanned back'
        FROM carton c
        LEFT JOIN label l ON l.carton_id = c.id AND l.state = 'bought' AND l.voided_at IS NULL
        WHERE c.state IN ('labelled', 'loaded', 'shipped')
        GROUP BY c.id, c.state
        HAVING COUNT(l.id) <> 1 OR COUNT(l.tracking) <> 1 OR COUNT(l.scanned_back_at) <> 1
        ORDER BY c.id
        """,
    ),
    check(
        "label_content",
        "A living label was made for what is in its carton now.",
        """
        SELECT 'label ' || l.id || ' of carton ' || c.id || ' was made for other content'
        FROM label l JOIN carton c ON c.id = l.carton_id
        WHERE l.state = 'bought' AND l.voided_at IS NULL
            AND (c.state IN ('open', 'void') OR COALESCE(c.content_hash, '') <> l.content_hash)
        ORDER BY l.id
        """,
    ),
    check(
        "second_count",
        "A carton of an order that two people count was found right by somebody who did not pack it, or is marked.",
        """
        SELECT 'carton ' || c.id || ' of order ' || o.number || ' was sealed before anybody counted it again'
        FROM carton c JOIN "order" o ON o.id = c.order_id
        WHERE c.closed_at IS NOT NULL AND c.recounted_by_id IS NULL AND EXISTS (
            SELECT 1 FROM exception e WHERE e.order_id = o.id AND e.type = 'double_check'
                AND e.opened_at <= c.closed_at AND (e.resolved_at IS NULL OR e.resolved_at >= c.closed_at))
            AND NOT EXISTS (SELECT 1 FROM scan s WHERE s.order_id = o.id AND s.mode = 'shadow')
        UNION ALL
        SELECT 'carton ' || c.id || ' of order ' || o.number || ' was counted again by who packed it'
        FROM carton c JOIN "order" o ON o.id = c.order_id
        WHERE NOT c.recounted_self AND EXISTS (
            SELECT 1 FROM move m WHERE m.to_place_id = c.id AND m.reason = 'pack' AND m.actor_id = c.recounted_by_id)
        """,
    ),
    check(
        "tracking_once",
        "No two labels have one tracking number.",
        """
        SELECT 'tracking number ' || tracking || ' stands on ' || COUNT(*) || ' labels'
        FROM label WHERE tracking IS NOT NULL GROUP BY tracking HAVING COUNT(*) > 1
        """,
    ),
)

STATES: tuple[Check, ...] = (
    check(
        "order_state",
        "An order is packed or shipped only when every line of it is.",
        """
        SELECT 'order ' || o.number || ' is ' || o.state || ', its line ' || l.line_no || ' has ' || l.packed
            || ' packed and ' || l.shipped || ' shipped of ' || (l.ordered - l.backordered)
        FROM "order" o JOIN order_line l ON l.order_id = o.id
        WHERE l.pickable AND l.cancelled_at IS NULL
            AND ((o.state = 'shipped' AND l.shipped < l.ordered - l.backordered)
                OR (o.state = 'packed' AND l.packed < l.ordered - l.backordered))
        UNION ALL
        SELECT 'order ' || o.number || ' is ' || o.state || ', its carton ' || c.carton_no || ' is ' || c.state
        FROM "order" o JOIN carton c ON c.order_id = o.id
        WHERE (o.state = 'shipped' AND c.state NOT IN ('shipped', 'void'))
            OR (o.state = 'packed' AND c.state IN ('open', 'closed'))
        """,
    ),
    check(
        "cancelled_order",
        "Nothing of a cancelled order is picked, packed or shipped afterwards.",
        """
        SELECT 'order ' || o.number || ' is cancelled, move ' || m.id || ' (' || m.reason || ') came later'
        FROM move m JOIN order_line l ON l.id = m.order_line_id JOIN "order" o ON o.id = l.order_id
        WHERE m.reason IN ('pick', 'pack', 'ship')
            AND ((l.cancelled_at IS NOT NULL AND m.at > l.cancelled_at)
                OR (l.cancelled_at IS NULL AND o.state = 'cancelled' AND m.at > o.changed_at))
        UNION ALL
        SELECT 'order ' || o.number || ' is cancelled, its carton ' || c.carton_no || ' is ' || c.state
        FROM carton c JOIN "order" o ON o.id = c.order_id
        WHERE o.state = 'cancelled' AND c.state NOT IN ('open', 'closed', 'void')
        """,
    ),
    check(
        "decision_reason",
        "Each lifted hold, void, split and reprint has a reason and somebody who decided, be it the cancelling shop.",
        """
        SELECT 'hold ' || h.id || ' was lifted without a name or a reason'
        FROM hold h JOIN "order" o ON o.id = h.order_id
        WHERE h.lifted_at IS NOT NULL
            AND ((h.lifted_by_id IS NULL AND o.state <> 'cancelled') OR COALESCE(h.lift_reason, '') = '')
        UNION ALL
        SELECT 'carton ' || id || ' was voided without a reason'
        FROM carton WHERE state = 'void' AND COALESCE(void_reason, '') = ''
        UNION ALL
        SELECT 'label ' || l.id || ' was voided without a name or a reason'
        FROM label l JOIN carton c ON c.id = l.carton_id JOIN "order" o ON o.id = c.order_id
        WHERE l.voided_at IS NOT NULL
            AND ((l.voided_by_id IS NULL AND o.state <> 'cancelled') OR COALESCE(l.void_reason, '') = '')
        UNION ALL
        SELECT 'shipment ' || id || ' was split without a name or a reason'
        FROM shipment WHERE shipment_no > 1 AND (split_by_id IS NULL OR COALESCE(split_reason, '') = '')
        UNION ALL
        SELECT 'print job ' || id || ' is a reprint without a name or a reason'
        FROM print_job WHERE reprint_no > 0 AND (person_id IS NULL OR COALESCE(reason, '') = '')
        """,
    ),
    check(
        "journal_role",
        "Each entry of the journal made by a person names the role.",
        """
        SELECT 'audit entry ' || seq || ' (' || action || ') has no role'
        FROM audit WHERE actor_id IS NOT NULL AND role = ''
        ORDER BY seq
        """,
    ),
    check(
        "import_sums",
        "No import counts fewer new or changed orders than carry its mark.",
        """
        SELECT 'import ' || r.id || ' counts ' || r.reported || ' orders created or updated, ' || r.found
            || ' carry its mark'
        FROM (
            SELECT i.id, COUNT(o.id) AS found,
                CAST(i.report->'orders'->>'created' AS INTEGER) + CAST(i.report->'orders'->>'updated' AS INTEGER)
                    AS reported
            FROM import_run i JOIN "order" o ON o.import_id = i.id
            WHERE i.state = 'done' AND i.kind = 'orders'
            GROUP BY i.id, CAST(i.report->'orders'->>'created' AS INTEGER),
                CAST(i.report->'orders'->>'updated' AS INTEGER)
        ) r
        WHERE r.found > r.reported
        ORDER BY r.id
        """,
    ),
)
