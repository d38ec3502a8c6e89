"""What must hold of goods that come back."""

from warehouse.storage.queries.invariants.all import Check, check

RETURNS: tuple[Check, ...] = (
    check(
        "return_sent",
        "Of a line never more comes back than was sent.",
        """
        SELECT 'line ' || l.id || ' of order ' || o.number || ' has ' || SUM(r.received) || ' back of ' || l.shipped
            || ' sent'
        FROM return_line r JOIN order_line l ON l.id = r.order_line_id JOIN "order" o ON o.id = l.order_id
        GROUP BY l.id, o.number, l.shipped HAVING SUM(r.received) > l.shipped
        ORDER BY l.id
        """,
    ),
    check(
        "return_moves",
        "What a line of a return counts is what its moves say.",
        """
        SELECT 'line ' || r.id || ' of return ' || g.number || ' counts ' || r.received || ' in and '
            || (r.restocked + r.quarantined + r.scrapped) || ' decided, its moves say ' || COALESCE(f.received, 0)
            || ' and ' || COALESCE(f.decided, 0)
        FROM return_line r JOIN goods_return g ON g.id = r.return_id
        LEFT JOIN (
            SELECT s.return_line_id, SUM(CASE s.step WHEN 'received' THEN m.quantity ELSE 0 END) AS received,
                SUM(CASE s.step WHEN 'received' THEN 0 ELSE m.quantity END) AS decided,
                SUM(CASE s.step WHEN 'restocked' THEN m.quantity ELSE 0 END) AS restocked,
                SUM(CASE s.step WHEN 'quarantined' THEN m.quantity ELSE 0 END) AS quarantined
            FROM return_step s JOIN move m ON m.id = s.move_id GROUP BY s.return_line_id
        ) f ON f.return_line_id = r.id
        WHERE r.received <> COALESCE(f.received, 0) OR r.restocked <> COALESCE(f.restocked, 0)
            OR r.quarantined <> COALESCE(f.quarantined, 0)
            OR r.restocked + r.quarantined + r.scrapped <> COALESCE(f.decided, 0)
        ORDER BY r.id
        """,
    ),
    check(
        "return_item",
        "A step of a return moves the item of its line.",
        """
        SELECT 'move ' || m.id || ' of return ' || g.number || ' moves item ' || m.item_id || ', its line is of item '
            || r.item_id
        FROM return_step s JOIN move m ON m.id = s.move_id JOIN return_line r ON r.id = s.return_line_id
        JOIN goods_return g ON g.id = r.return_id
        WHERE m.item_id <> r.item_id
        ORDER BY m.id
        """,
    ),
    check(
        "return_state",
        "A return is as far as its lines are, and one that is closed or cancelled names who ended it.",
        """
        SELECT 'return ' || g.number || ' is ' || g.state || ' with ' || COALESCE(SUM(r.received), 0) || ' in, '
            || COALESCE(SUM(r.restocked + r.quarantined + r.scrapped), 0) || ' decided'
        FROM goods_return g LEFT JOIN return_line r ON r.return_id = g.id
        GROUP BY g.id, g.number, g.state, g.closed_at, g.order_id, g.kind
        HAVING (g.state IN ('announced', 'cancelled') AND COALESCE(SUM(r.received), 0) > 0)
            OR (g.state = 'received'
                AND COALESCE(SUM(r.received - r.restocked - r.quarantined - r.scrapped), 0) = 0)
            OR (g.state IN ('inspected', 'closed')
                AND COALESCE(SUM(r.received - r.restocked - r.quarantined - r.scrapped), 0) > 0)
            OR (g.state IN ('closed', 'cancelled') AND g.closed_at IS NULL)
            OR (g.order_id IS NULL AND g.kind <> 'unknown')
        ORDER BY g.id
        """,
    ),
    check(
        "return_waiting",
        "What lies at the place for returns is what came back and was not looked at.",
        """
        SELECT 'item ' || i.sku || ': ' || SUM(u.there) || ' lie at the place for returns, ' || SUM(u.waiting)
            || ' wait'
        FROM (
            SELECT s.item_id, s.quantity AS there, 0 AS waiting
            FROM stock s JOIN bin b ON b.id = s.place_id WHERE b.code = 'RETURNS'
            UNION ALL SELECT item_id, 0, received - restocked - quarantined - scrapped FROM return_line
        ) u
        JOIN item i ON i.id = u.item_id
        GROUP BY i.id, i.sku HAVING SUM(u.there) <> SUM(u.waiting)
        ORDER BY i.id
        """,
    ),
)
