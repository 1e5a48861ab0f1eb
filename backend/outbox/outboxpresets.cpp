// SPDX-License-Identifier: GPL-3.0-or-later
#include "outbox/outboxpresets.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// One row a preset; all texts as a profile would spell them, empty where there is nothing to say.
struct Preset
{
    const char* name;
    const char* table = "";
    const char* suffix = "";
    const char* id = "";
    const char* eventId = "";
    const char* topic = "";
    const char* payload = "";
    const char* createdAt = "";
    const char* key = "";
    const char* unpublished = "";
    const char* inFlight = "";
    const char* published = "";
    const char* markPublished = "";
    const char* dead = "";
    const char* deadTable = "";
};

constexpr std::array presets = {
    Preset{
        .name = "django",
        .suffix = "_outboxevent",
        .id = "id",
        .eventId = "id",
        .topic = "topic",
        .payload = "payload",
        .createdAt = "created_at",
        .unpublished = "published_at IS NULL",
        .markPublished = "published_at = now()"},
    Preset{
        .name = "django-outbox-pattern",
        .table = "published",
        .id = "id",
        .eventId = "id",
        .topic = "destination",
        .payload = "body",
        .createdAt = "added",
        // Expired rows are never sent by the library, and so not by Outboard.
        .unpublished = "status = 1 AND expires_at >= now()",
        .published = "status = 2",
        .markPublished = "status = 2",
        .dead = "status = -1"},
    Preset{
        .name = "jaiminho",
        .table = "jaiminho_event",
        .id = "id",
        .eventId = "id",
        .topic = "stream",
        .payload = "message",
        .createdAt = "created_at",
        .unpublished = "sent_at IS NULL",
        .markPublished = "sent_at = now()"},
    Preset{
        .name = "django-celery-outbox",
        .table = "celery_outbox",
        .id = "id",
        .eventId = "task_id",
        .topic = "task_name",
        .payload = "args, kwargs, options",
        .createdAt = "created_at",
        // Its relay sets updated_at when it takes a row, and takes it again after 5 minutes.
        .unpublished = "updated_at IS NULL OR retry_after <= now() OR (retry_after IS NULL AND "
                       "updated_at <= now() - interval '5 minutes')",
        .inFlight = "retry_after > now() OR (retry_after IS NULL AND updated_at > now() - "
                    "interval '5 minutes')",
        .published = "false",
        .markPublished = "DELETE",
        .deadTable = "celery_outbox_dead_letter"},
    Preset{// Read from the replication slot: no column tells what was sent.
           .name = "debezium",
           .suffix = "outboxevent",
           .id = "id",
           .eventId = "id",
           .topic = "aggregatetype",
           .payload = "payload",
           .key = "aggregateid"},
    Preset{
        .name = "cap",
        .table = "cap.published",
        .id = "Id",
        .eventId = "Id",
        .topic = "Name",
        .payload = "Content",
        .createdAt = "Added",
        .unpublished = R"("StatusName" IN ('Scheduled', 'Delayed'))",
        .inFlight = R"("StatusName" = 'Queued')",
        .published = R"("StatusName" = 'Succeeded')",
        // Rows without an expiry would never be swept.
        .markPublished = R"("StatusName" = 'Succeeded', "ExpiresAt" = now() + interval '1 day')",
        .dead = R"("StatusName" = 'Failed')"},
    Preset{// Nothing is assumed: every key that the profile leaves out does not exist.
           .name = "custom"},
};

void fill(QString& text, const char* preset)
{
    if (text.isEmpty())
        text = QString::fromLatin1(preset);
}

void fillStates(OutboxSettings& settings, const Preset& preset)
{
    // Where the profile has a word of its own on what is unpublished, the preset's words on what
    // comes after it would contradict that.
    if (settings.unpublished.isEmpty()) {
        fill(settings.inFlight, preset.inFlight);
        fill(settings.published, preset.published);
    }
    fill(settings.dead, preset.dead);
    fill(settings.unpublished, preset.unpublished);
    fill(settings.markPublished, preset.markPublished);
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
    fill(settings.columns.key, preset->key);
    fillStates(settings, *preset);
    fill(settings.deadTable, preset->deadTable);
    return PresetSettings{std::move(settings), QString::fromLatin1(preset->suffix)};
}

} // namespace outboard
