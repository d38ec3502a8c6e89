"""Every group of routes: one line for its import, one in the table below."""

from flask import Blueprint

from warehouse.web import board as board_page
from warehouse.web import health, sign_in, static_files, trust
from warehouse.web import loading as loading_pages
from warehouse.web import packing as packing_pages
from warehouse.web import picking as picking_pages
from warehouse.web import pictures as item_pictures
from warehouse.web import shift as shift_pages
from warehouse.web import training as training_pages
from warehouse.web.admin import audits as admin_audits
from warehouse.web.admin import available as admin_available
from warehouse.web.admin import batches as admin_batches
from warehouse.web.admin import bins as admin_bins
from warehouse.web.admin import carts as admin_carts
from warehouse.web.admin import devices as admin_devices
from warehouse.web.admin import exception_answers as admin_exception_answers
from warehouse.web.admin import exceptions as admin_exceptions
from warehouse.web.admin import figures as admin_figures
from warehouse.web.admin import going_live as admin_going_live
from warehouse.web.admin import governance as admin_governance
from warehouse.web.admin import imports as admin_imports
from warehouse.web.admin import items as admin_items
from warehouse.web.admin import layout as admin_layout
from warehouse.web.admin import orders as admin_orders
from warehouse.web.admin import packaging as admin_packaging
from warehouse.web.admin import parallel as admin_parallel
from warehouse.web.admin import people as admin_people
from warehouse.web.admin import pictures as admin_pictures
from warehouse.web.admin import planning as admin_planning
from warehouse.web.admin import printers as admin_printers
from warehouse.web.admin import profiles as admin_profiles
from warehouse.web.admin import returns as admin_returns
from warehouse.web.admin import rules as admin_rules
from warehouse.web.admin import savings as admin_savings
from warehouse.web.admin import setting_tables as admin_setting_tables
from warehouse.web.admin import settings as admin_settings
from warehouse.web.admin import shipping as admin_shipping
from warehouse.web.admin import sources as admin_sources
from warehouse.web.admin import stock as admin_stock
from warehouse.web.admin import tokens as admin_tokens
from warehouse.web.admin import walls as admin_walls
from warehouse.web.admin import waves as admin_waves
from warehouse.web.admin import webhooks as admin_webhooks
from warehouse.web.api import (
    after_label,
    available,
    batches,
    bins,
    board,
    browser_printing,
    carrier_calls,
    cartons,
    carts,
    counts,
    devices,
    exceptions,
    figures,
    going_live,
    imports,
    items,
    labels,
    layout,
    manifests,
    moves,
    openapi,
    order_intake,
    orders,
    packaging,
    packs,
    plans,
    print_jobs,
    printers,
    profiles,
    put_backs,
    returns,
    savings,
    scans,
    session,
    shift,
    shipments,
    shipping_rules,
    sources,
    stock,
    temporary_badges,
    tokens,
    totes,
    users,
    walls,
    waves,
    webhooks,
)
from warehouse.web.api import settings as settings_calls

BLUEPRINTS: tuple[Blueprint, ...] = (
    static_files.blueprint,
    trust.blueprint,
    health.blueprint,
    openapi.blueprint,
    batches.blueprint,
    plans.blueprint,
    waves.blueprint,
    savings.blueprint,
    put_backs.blueprint,
    counts.blueprint,
    scans.blueprint,
    picking_pages.blueprint,
    packing_pages.blueprint,
    loading_pages.blueprint,
    sign_in.blueprint,
    session.blueprint,
    users.blueprint,
    board.blueprint,
    board_page.blueprint,
    orders.blueprint,
    order_intake.blueprint,
    exceptions.blueprint,
    settings_calls.blueprint,
    admin_people.blueprint,
    admin_printers.blueprint,
    admin_exceptions.blueprint,
    admin_exception_answers.blueprint,
    admin_rules.blueprint,
    admin_governance.blueprint,
    admin_orders.blueprint,
    admin_batches.blueprint,
    admin_planning.blueprint,
    admin_waves.blueprint,
    admin_savings.blueprint,
    admin_settings.blueprint,
    admin_setting_tables.blueprint,
    *(print_jobs.blueprint, printers.blueprint, labels.blueprint, packs.blueprint),
    *(cartons.blueprint, shipments.blueprint, manifests.blueprint, after_label.blueprint),
    *(shipping_rules.blueprint, admin_shipping.blueprint, browser_printing.blueprint, carrier_calls.blueprint),
    imports.blueprint,
    items.blueprint,
    bins.blueprint,
    layout.blueprint,
    stock.blueprint,
    moves.blueprint,
    *(sources.blueprint, profiles.blueprint, webhooks.blueprint),
    tokens.blueprint,
    admin_tokens.blueprint,
    *(walls.blueprint, admin_walls.blueprint, temporary_badges.blueprint),
    *(shift.blueprint, shift_pages.blueprint, training_pages.blueprint),
    totes.blueprint,
    carts.blueprint,
    devices.blueprint,
    admin_imports.blueprint,
    *(admin_audits.blueprint, admin_profiles.blueprint, admin_sources.blueprint, admin_webhooks.blueprint),
    admin_items.blueprint,
    admin_pictures.blueprint,
    item_pictures.blueprint,
    admin_bins.blueprint,
    admin_layout.blueprint,
    admin_carts.blueprint,
    admin_devices.blueprint,
    packaging.blueprint,
    admin_packaging.blueprint,
    admin_stock.blueprint,
    *(figures.blueprint, admin_figures.blueprint, available.blueprint, admin_available.blueprint),
    *(returns.blueprint, admin_returns.blueprint),
    *(going_live.blueprint, admin_going_live.blueprint, admin_parallel.blueprint),
)
"""Every group of routes; a new one is added here."""
