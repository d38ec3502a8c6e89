"""What must hold of the carriers' lists and the cartons on them."""

from warehouse.storage.queries.invariants.all import Check, check

LISTS: tuple[Check, ...] = (
    check(
        "carton_list",
        "A carton that has left is on a list that has left, a loaded one on a list that is open.",
        """
        SELECT 'carton ' || c.carton_no || ' of order ' || o.number || ' is ' || c.state || ' and on '
            || COALESCE('list ' || m.id || ', which is ' || m.state, 'no list')
        FROM carton c JOIN "order" o ON o.id = c.order_id LEFT JOIN manifest m ON m.id = c.manifest_id
        WHERE (c.state = 'shipped' AND COALESCE(m.state, '') <> 'closed')
            OR (c.state = 'loaded' AND COALESCE(m.state, '') <> 'open')
        ORDER BY c.id
        """,
    ),
    check(
        "list_cartons",
        "A list that has left holds nothing that stayed, an open one what is ready to leave, a missed one nothing.",
        """
        SELECT 'list ' || m.id || ' of ' || m.carrier || ' is ' || m.state || ', carton ' || c.carton_no
            || ' of order ' || o.number || ' on it is ' || c.state
        FROM manifest m JOIN carton c ON c.manifest_id = m.id JOIN "order" o ON o.id = c.order_id
        WHERE m.state = 'missed' OR (m.state = 'closed' AND c.state <> 'shipped')
            OR (m.state = 'open' AND c.state NOT IN ('labelled', 'loaded'))
        ORDER BY m.id, c.id
        """,
    ),
    check(
        "list_carrier",
        "A carton is on a list of the carrier that its living label names.",
        """
        SELECT 'carton ' || c.carton_no || ' of order ' || o.number || ' goes with ' || l.carrier || ', its list '
            || m.id || ' is of ' || m.carrier
        FROM carton c JOIN "order" o ON o.id = c.order_id JOIN manifest m ON m.id = c.manifest_id
        JOIN label l ON l.carton_id = c.id AND l.state = 'bought' AND l.voided_at IS NULL
        WHERE l.carrier <> m.carrier
        ORDER BY c.id
        """,
    ),
    check(
        "list_end",
        "A list that has left or was missed says when, a missed one why; a supplement is of a pickup that has left.",
        """
        SELECT 'list ' || m.id || ' of ' || m.carrier || ' is ' || m.state || ' without saying when or why'
        FROM manifest m
        WHERE (m.state <> 'open' AND m.closed_at IS NULL) OR (m.state = 'open' AND m.closed_at IS NOT NULL)
            OR (m.state = 'missed' AND COALESCE(m.missed_reason, '') = '')
        UNION ALL
        SELECT 'list ' || m.id || ' of ' || m.carrier || ' is a supplement of list ' || f.id || ' of ' || f.carrier
            || ', which is ' || f.state
        FROM manifest m JOIN manifest f ON f.id = m.supplement_of_id
        WHERE f.carrier <> m.carrier OR f.state <> 'closed' OR COALESCE(f.cutoff_at <> m.cutoff_at, TRUE)
        """,
    ),
)
