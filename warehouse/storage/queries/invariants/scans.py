"""What must hold of scans, pick tasks and the counters of order lines."""

from warehouse.storage.queries.invariants.all import Check, check

SCANS: tuple[Check, ...] = (
    check(
        "scan_once",
        "Every scan id is stored once.",
        """
        SELECT 'scan ' || CAST(scan_id AS VARCHAR(40)) || ' is stored ' || COUNT(*) || ' times'
        FROM scan GROUP BY scan_id HAVING COUNT(*) > 1
        """,
    ),
    check(
        "scan_answer",
        "The stored answer of a scan is what was decided about it.",
        """
        SELECT 'scan ' || id || ' is ' || status || ', ' || COALESCE(outcome, 'no outcome') || '; its answer says '
            || COALESCE(answer->>'status', 'nothing') || ', ' || COALESCE(answer->>'outcome', 'no outcome')
        FROM scan
        WHERE COALESCE(answer->>'status', '') <> status OR COALESCE(answer->>'outcome', '') <> COALESCE(outcome, '')
        ORDER BY id
        """,
    ),
    check(
        "refused_scan",
        "A refused scan changed no counter and moved nothing.",
        """
        SELECT 'scan ' || id || ' is ' || status || ' and counted ' || counted
        FROM scan WHERE status <> 'applied' AND counted <> 0
        UNION ALL
        SELECT 'move ' || m.id || ' was made by scan ' || s.id || ', which is ' || s.status
        FROM move m JOIN scan s ON s.scan_id = m.scan_id
        WHERE s.status <> 'applied'
        """,
    ),
    check(
        "task_picked",
        "What a pick task counts as picked is what its moves say.",
        """
        SELECT 'task ' || t.id || ' counts ' || t.picked || ' picked, its moves say ' || COALESCE(f.units, 0)
        FROM pick_task t
        LEFT JOIN (
            SELECT pick_task_id, SUM(CASE reason WHEN 'pick' THEN quantity WHEN 'unpick' THEN -quantity ELSE 0 END)
                AS units
            FROM move WHERE pick_task_id IS NOT NULL GROUP BY pick_task_id
        ) f ON f.pick_task_id = t.id
        WHERE t.picked <> COALESCE(f.units, 0)
        ORDER BY t.id
        """,
    ),
    check(
        "task_state",
        "An open pick task has something left, an ended one has not.",
        """
        SELECT 'task ' || id || ' is ' || state || ' with ' || picked || ' picked and ' || short || ' short of '
            || wanted
        FROM pick_task
        WHERE (state = 'open' AND picked + short >= wanted)
            OR (state IN ('picked', 'short') AND picked + short <> wanted)
        ORDER BY id
        """,
    ),
    check(
        "batch_state",
        "A batch that is picked, closed or cancelled has no open task.",
        """
        SELECT 'batch ' || b.number || ' is ' || b.state || ', its task ' || t.id || ' is open'
        FROM batch b JOIN pick_task t ON t.batch_id = b.id
        WHERE b.state IN ('picked', 'closed', 'cancelled') AND t.state = 'open'
        ORDER BY t.id
        """,
    ),
)

LINES: tuple[Check, ...] = (
    check(
        "line_range",
        "Of a line always shipped ≤ packed ≤ picked ≤ ordered.",
        """
        SELECT 'line ' || id || ' has ' || ordered || ' ordered, ' || allocated || ' allocated, ' || picked
            || ' picked, ' || packed || ' packed, ' || shipped || ' shipped, ' || backordered || ' backordered'
        FROM order_line
        WHERE NOT (0 <= shipped AND shipped <= packed AND packed <= picked AND picked <= ordered
            AND allocated >= 0 AND backordered >= 0 AND picked + allocated + backordered <= ordered)
        ORDER BY id
        """,
    ),
    check(
        "line_picked",
        "Each picked unit counts for its order's line or waits as a put-back, and in no second place.",
        """
        SELECT 'order ' || o.number || ', item ' || i.sku || ' has ' || SUM(facts) || ' units by its moves, '
            || SUM(counted) || ' counted as picked and ' || SUM(back) || ' to put back'
        FROM (
            SELECT l.order_id, m.item_id,
                CASE WHEN m.reason = 'pick' THEN m.quantity
                    WHEN m.reason = 'unpick' THEN -m.quantity
                    WHEN m.reason IN ('damage', 'adjustment', 'wrong_stock') AND (
                        f.kind IN ('tote', 'carton')
                        OR b.kind IN ('staging', 'pack', 'problem_shelf', 'consolidation_shelf')
                    ) THEN -m.quantity
                    ELSE 0 END AS facts, 0 AS counted, 0 AS back
            FROM move m
            JOIN order_line l ON l.id = m.order_line_id
            JOIN place f ON f.id = m.from_place_id
            LEFT JOIN bin b ON b.id = f.id
            UNION ALL
            SELECT l.order_id, l.item_id, 0, l.picked, 0
            FROM order_line l JOIN "order" c ON c.id = l.order_id
            WHERE l.picked > 0 AND l.cancelled_at IS NULL AND c.state <> 'cancelled'
            UNION ALL
            SELECT order_id, item_id, 0, 0, quantity FROM put_back WHERE booked AND order_id IS NOT NULL
        ) u
        JOIN "order" o ON o.id = u.order_id
        JOIN item i ON i.id = u.item_id
        GROUP BY o.id, o.number, i.id, i.sku
        HAVING SUM(facts) <> SUM(counted) + SUM(back)
        ORDER BY o.id, i.id
        """,
    ),
    check(
        "line_packed",
        "What a line counts as packed is what its pack moves and its cartons say.",
        """
        SELECT 'line ' || l.id || ' counts ' || l.packed || ' packed, its moves say ' || COALESCE(f.units, 0)
            || ', its cartons hold ' || COALESCE(c.units, 0)
        FROM order_line l
        LEFT JOIN (
            SELECT order_line_id, SUM(CASE reason WHEN 'pack' THEN quantity ELSE -quantity END) AS units
            FROM move WHERE reason IN ('pack', 'unpack') GROUP BY order_line_id
        ) f ON f.order_line_id = l.id
        LEFT JOIN (
            SELECT cl.order_line_id, SUM(cl.quantity) AS units
            FROM carton_line cl JOIN carton ca ON ca.id = cl.carton_id
            WHERE ca.state <> 'void' GROUP BY cl.order_line_id
        ) c ON c.order_line_id = l.id
        WHERE l.packed <> COALESCE(f.units, 0) OR l.packed <> COALESCE(c.units, 0)
        ORDER BY l.id
        """,
    ),
    check(
        "line_shipped",
        "What a line counts as shipped is what left in its cartons.",
        """
        SELECT 'line ' || l.id || ' counts ' || l.shipped || ' shipped, its moves say ' || COALESCE(f.units, 0)
        FROM order_line l
        LEFT JOIN (
            SELECT order_line_id, SUM(quantity) AS units FROM move WHERE reason = 'ship' GROUP BY order_line_id
        ) f ON f.order_line_id = l.id
        WHERE l.shipped <> COALESCE(f.units, 0)
        ORDER BY l.id
        """,
    ),
    check(
        "line_allocated",
        "What a line counts as allocated is what is reserved for it.",
        """
        SELECT 'line ' || l.id || ' counts ' || l.allocated || ' allocated, reserved are ' || COALESCE(r.units, 0)
        FROM order_line l
        LEFT JOIN (SELECT order_line_id, SUM(quantity) AS units FROM reservation GROUP BY order_line_id) r
            ON r.order_line_id = l.id
        WHERE l.allocated <> COALESCE(r.units, 0)
        ORDER BY l.id
        """,
    ),
)
