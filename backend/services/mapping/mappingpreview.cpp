// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/mapping/mappingpreview.h"

#include "outbox/outboxmapping.h"
#include "outbox/outboxpresets.h"
#include "outbox/pgconnection.h"
#include "outbox/pgoutboxstore.h"
#include "outbox/pgrelayline.h"

#include <algorithm>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostRows = 5;
constexpr qint64 mostWaiting = 3;

Result<void> addRows(OutboxStore& store, const OutboxFilter& filter, MappingPreview& preview)
{
    const qint64 limit = filter.state ? mostWaiting : mostRows;
    const auto page = store.page(filter, {}, limit);
    if (!page)
        return page.error();
    for (const OutboxRow& row : page->rows) {
        const bool isKnown = std::ranges::any_of(
            preview.rows, [&](const OutboxRow& known) { return known.id == row.id; });
        if (!isKnown && preview.rows.size() < mostRows)
            preview.rows << row;
    }
    return {};
}

/// The statements of the mapping itself.
Result<void> addSql(
    const OutboxSettings& settings,
    const std::optional<QString>& password,
    std::stop_token stop,
    MappingPreview& preview)
{
    const auto complete = withPreset(settings);
    if (!complete)
        return complete.error();
    const auto connection =
        PgConnection::open({.dsn = settings.dsn, .password = password}, std::move(stop));
    if (!connection)
        return connection.error();
    auto table = findTable(
        **connection, {complete->settings.table, complete->suffix, u"outbox"_s, u"outbox.table"_s});
    if (!table)
        return table.error();
    const auto mapping = OutboxMapping::make(complete->settings, std::move(*table));
    if (!mapping)
        return mapping.error();
    preview.readSql = mapping->readScript();
    preview.canRelay = mapping->canRelay();
    if (preview.canRelay)
        preview.relaySql = mapping->relayScript({}, relayLockKey(*mapping));
    return {};
}

} // namespace

Result<MappingPreview> previewMapping(
    const OutboxSettings& settings, const std::optional<QString>& password, std::stop_token stop)
{
    MappingPreview preview;
    if (auto added = addSql(settings, password, stop, preview); !added)
        return added.error();
    const auto store = makePgOutboxStore(settings, Access::Monitor, password, stop);
    if (!store)
        return store.error();
    const auto state = (*store)->state();
    if (!state)
        return state.error();
    preview.unpublished = state->unpublished;
    preview.dead = state->dead;
    OutboxFilter waiting;
    waiting.state = RowState::Unpublished;
    if (auto added = addRows(**store, waiting, preview); !added)
        return added.error();
    if (auto added = addRows(**store, {}, preview); !added)
        return added.error();
    return preview;
}

} // namespace outboard
