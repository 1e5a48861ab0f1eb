// SPDX-License-Identifier: GPL-3.0-or-later
#include "handlers/eventdocument.h"

#include "services/strictjson.h"

#include <QJsonDocument>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// Any JSON value, also a bare number or string, which QJsonDocument takes only inside of a list.
bool isJson(const QByteArray& bytes)
{
    const QJsonDocument document = QJsonDocument::fromJson('[' + bytes + ']');
    return document.isArray() && document.array().size() == 1;
}

/// The JSON value without its line breaks; nothing when one stands inside of a string, where JSON
/// allows none, though QJsonDocument does.
std::optional<QByteArray> onOneLine(QByteArray json)
{
    bool isInString = false;
    bool isEscaped = false;
    for (char& c : json) {
        const bool isControl = c >= 0 && c < ' ';
        if (isControl && isInString)
            return std::nullopt;
        if (isControl)
            c = ' ';
        if (c == '"' && !isEscaped)
            isInString = !isInString;
        isEscaped = isInString && c == '\\' && !isEscaped;
    }
    return json;
}

QJsonValue timeOf(const std::optional<TimePoint>& time)
{
    return time ? QJsonValue(isoText(*time)) : QJsonValue(QJsonValue::Null);
}

QByteArray member(const QByteArray& name, const QJsonValue& value)
{
    // Inside of a list, for QJsonDocument's sake.
    const QByteArray list = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return '"' + name + "\": " + list.sliced(1).chopped(1);
}

QByteArray payloadOf(const Event& event)
{
    if (!event.payload)
        return "\"payload\": null";
    if (isJson(*event.payload)) {
        if (const auto line = onOneLine(*event.payload))
            return "\"payload\": " + *line;
    }
    return "\"payload_base64\": \"" + event.payload->toBase64() + '"';
}

} // namespace

QByteArray eventDocument(const Event& event)
{
    const QByteArrayList members{
        member("event_id", bytesToJson(event.id.bytes())),
        member("topic", bytesToJson(event.topic.bytes())),
        member("created_at", timeOf(event.createdAt)),
        member("key", event.key ? bytesToJson(*event.key) : QJsonValue(QJsonValue::Null)),
        payloadOf(event),
    };
    return '{' + members.join(", ") + "}\n";
}

} // namespace outboard
