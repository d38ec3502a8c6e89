"""What must hold of the ledger of moves, of stock, reservations and codes."""

from warehouse.storage.queries.invariants.all import Check, check

STOCK: tuple[Check, ...] = (
    check(
        "moves_balance",
        "The moves of an item add up to nothing over all places.",
        """
        SELECT 'item ' || i.sku || ' has ' || SUM(u.units) || ' more units in places than came from places'
        FROM (
            SELECT item_id, to_place_id AS place_id, quantity AS units FROM move
            UNION ALL SELECT item_id, from_place_id, -quantity FROM move
        ) u
        JOIN place p ON p.id = u.place_id
        JOIN item i ON i.id = u.item_id
        GROUP BY i.id, i.sku HAVING SUM(u.units) <> 0
        ORDER BY i.id
        """,
    ),
    check(
        "stock_is_moves",
        "What lies at a place is what its moves add up to.",
        """
        SELECT p.kind || ' ' || p.code || ', item ' || i.sku || ', lot ' || u.lot_id || ': stock says ' || SUM(u.stock)
            || ', moves say ' || SUM(u.moved)
        FROM (
            SELECT place_id, item_id, lot_id, quantity AS stock, 0 AS moved FROM stock
            UNION ALL SELECT to_place_id, item_id, lot_id, 0, quantity FROM move
            UNION ALL SELECT from_place_id, item_id, lot_id, 0, -quantity FROM move
        ) u
        JOIN place p ON p.id = u.place_id
        JOIN item i ON i.id = u.item_id
        WHERE p.kind IN ('bin', 'tote', 'carton')
        GROUP BY p.id, p.kind, p.code, i.id, i.sku, u.lot_id
        HAVING SUM(u.stock) <> SUM(u.moved)
        ORDER BY p.id, i.id, u.lot_id
        """,
    ),
    check(
        "reserved_in_stock",
        "No more is reserved than lies there.",
        """
        SELECT p.kind || ' ' || p.code || ', item ' || i.sku || ': ' || s.reserved || ' of ' || s.quantity
            || ' reserved'
        FROM stock s JOIN place p ON p.id = s.place_id JOIN item i ON i.id = s.item_id
        WHERE s.reserved > s.quantity OR s.reserved < 0 OR s.quantity < 0
        ORDER BY s.id
        """,
    ),
    check(
        "reserved_is_reservations",
        "What stock counts as reserved is what its reservations add up to.",
        """
        SELECT p.kind || ' ' || p.code || ', item ' || i.sku || ', lot ' || u.lot_id || ': stock counts '
            || SUM(u.counted) || ' reserved, reservations say ' || SUM(u.promised)
        FROM (
            SELECT place_id, item_id, lot_id, reserved AS counted, 0 AS promised FROM stock
            UNION ALL SELECT place_id, item_id, lot_id, 0, quantity FROM reservation
        ) u
        JOIN place p ON p.id = u.place_id
        JOIN item i ON i.id = u.item_id
        GROUP BY p.id, p.kind, p.code, i.id, i.sku, u.lot_id
        HAVING SUM(u.counted) <> SUM(u.promised)
        ORDER BY p.id, i.id, u.lot_id
        """,
    ),
    check(
        "closed_order_reserved",
        "Nothing is reserved for an order that is packed, shipped or cancelled.",
        """
        SELECT 'reservation ' || r.id || ' holds ' || r.quantity || ' for order ' || o.number || ', which is '
            || o.state
        FROM reservation r JOIN order_line l ON l.id = r.order_line_id JOIN "order" o ON o.id = l.order_id
        WHERE o.state IN ('packed', 'shipped', 'cancelled')
        ORDER BY r.id
        """,
    ),
    check(
        "lot_of_item",
        "A lot never stands for another item.",
        """
        SELECT u.what || ' ' || u.id || ' names item ' || u.item_id || ' with lot ' || t.id || ' of item ' || t.item_id
        FROM (
            SELECT 'stock' AS what, id, item_id, lot_id FROM stock
            UNION ALL SELECT 'move', id, item_id, lot_id FROM move
            UNION ALL SELECT 'reservation', id, item_id, lot_id FROM reservation
            UNION ALL SELECT 'task', id, item_id, lot_id FROM pick_task
            UNION ALL SELECT 'carton line', id, item_id, lot_id FROM carton_line
        ) u
        JOIN lot t ON t.id = u.lot_id
        WHERE t.item_id <> u.item_id
        ORDER BY u.what, u.id
        """,
    ),
    check(
        "free_tote_empty",
        "A free tote is empty.",
        """
        SELECT 'tote ' || t.code || ' is free and holds ' || s.quantity || ' of ' || i.sku
        FROM tote t JOIN stock s ON s.place_id = t.id JOIN item i ON i.id = s.item_id
        WHERE t.state = 'free' AND s.quantity > 0
        ORDER BY t.id
        """,
    ),
    check(
        "code_meaning",
        "A barcode means exactly one thing.",
        """
        SELECT 'barcode ' || id || ' is of kind ' || kind || ' and names '
            || ((CASE WHEN item_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN place_id IS NULL THEN 0 ELSE 1 END)
                + (CASE WHEN person_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN cart_id IS NULL THEN 0 ELSE 1 END))
            || ' things, or one of another kind'
        FROM barcode
        WHERE NOT (
            (kind = 'item' AND item_id IS NOT NULL AND place_id IS NULL AND person_id IS NULL AND cart_id IS NULL)
            OR (kind IN ('bin', 'tote', 'carton')
                AND place_id IS NOT NULL AND item_id IS NULL AND person_id IS NULL AND cart_id IS NULL)
            OR (kind = 'badge' AND person_id IS NOT NULL AND item_id IS NULL AND place_id IS NULL AND cart_id IS NULL)
            OR (kind = 'cart' AND cart_id IS NOT NULL AND item_id IS NULL AND place_id IS NULL AND person_id IS NULL)
            OR kind IN ('batch', 'order', 'station', 'command', 'lot', 'serial')
        )
        ORDER BY id
        """,
    ),
)
