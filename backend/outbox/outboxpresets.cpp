// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/outboxpresets.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// One row a preset; all texts as a profile would spell them.
struct Preset
{
    const char* name;
    const char* table;
    const char* suffix;
    const char* id;
    const char* eventId;
    const char* topic;
    const char* payload;
    const char* createdAt;
    const char* unpublished;
    const char* markPublished;
    const char* dead;
};

constexpr std::array presets = {
    Preset{
        .name = "django",
        .table = "",
        .suffix = "_outboxevent",
        .id = "id",
        .eventId = "id",
        .topic = "topic",
        .payload = "payload",
        .createdAt = "created_at",
        .unpublished = "published_at IS NULL",
        .markPublished = "published_at = now()",
        .dead = ""},
    Preset{
        .name = "django-outbox-pattern",
        .table = "published",
        .suffix = "",
        .id = "id",
        .eventId = "id",
        .topic = "destination",
        .payload = "body",
        .createdAt = "added",
        // Expired rows are never sent by the library, and so not by Outboard.
        .unpublished = "status = 1 AND expires_at >= now()",
        .markPublished = "status = 2",
        .dead = "status = -1"},
    Preset{
        .name = "cap",
        .table = "cap.published",
        .suffix = "",
        .id = "Id",
        .eventId = "Id",
        .topic = "Name",
        .payload = "Content",
        .createdAt = "Added",
        .unpublished = R"("StatusName" IN ('Scheduled', 'Delayed'))",
        .markPublished = R"("StatusName" = 'Succeeded')",
        .dead = R"("StatusName" = 'Failed')"},
};

void fill(QString& text, const char* preset)
{
    if (text.isEmpty())
        text = QString::fromLatin1(preset);
}

} // namespace

QStringList outboxPresets()
{
    QStringList names;
    for (const Preset& preset : presets)
        names << QString::fromLatin1(preset.name);
    return names;
}

Result<PresetSettings> withPreset(OutboxSettings settings)
{
    const auto* preset = std::find_if(presets.begin(), presets.end(), [&](const Preset& p) {
        return settings.preset == QLatin1StringView(p.name);
    });
    if (preset == presets.end()) {
        return Error{
            Error::Kind::Refused,
            QCoreApplication::translate(
                "outboard",
                "There is no outbox preset \"%1\". Set \"outbox.preset\" in the profile to one of: "
                "%2.")
                .arg(settings.preset, outboxPresets().join(u", "_s)),
            {}};
    }
    // An event id of its own is an exception; an operator who names the id column means both.
    const QString ownId = settings.columns.id;
    fill(settings.table, preset->table);
    fill(settings.columns.id, preset->id);
    if (settings.columns.eventId.isEmpty() && !ownId.isEmpty())
        settings.columns.eventId = ownId;
    fill(settings.columns.eventId, preset->eventId);
    fill(settings.columns.topic, preset->topic);
    fill(settings.columns.payload, preset->payload);
    fill(settings.columns.createdAt, preset->createdAt);
    fill(settings.unpublished, preset->unpublished);
    fill(settings.markPublished, preset->markPublished);
    fill(settings.dead, preset->dead);
    return PresetSettings{std::move(settings), QString::fromLatin1(preset->suffix)};
}

} // namespace outboard
