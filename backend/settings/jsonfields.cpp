// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/jsonfields.h"

#include "core/nearest.h"

#include <QCoreApplication>

#include <cmath>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString typeName(const QJsonValue& value)
{
    switch (value.type()) {
    case QJsonValue::Null: return u"null"_s;
    case QJsonValue::Bool: return QCoreApplication::translate("outboard", "true or false");
    case QJsonValue::Double: return QCoreApplication::translate("outboard", "a number");
    case QJsonValue::String: return QCoreApplication::translate("outboard", "text");
    case QJsonValue::Array: return QCoreApplication::translate("outboard", "a list");
    case QJsonValue::Object: return QCoreApplication::translate("outboard", "an object");
    case QJsonValue::Undefined: return QCoreApplication::translate("outboard", "absent");
    }
    return {};
}

} // namespace

Error wrongValue(const QString& sentence)
{
    return {Error::Kind::Refused, sentence, {}};
}

Error wrongType(const QString& place, const QString& expected, const QJsonValue& value)
{
    if (place.isEmpty()) {
        return wrongValue(
            QCoreApplication::translate("outboard", "The file must hold %1, but it holds %2.")
                .arg(expected, typeName(value)));
    }
    return wrongValue(QCoreApplication::translate("outboard", "\"%1\" must be %2, but it is %3.")
                          .arg(place, expected, typeName(value)));
}

Result<void> checkKeys(const QJsonObject& object, const QStringList& known, const QString& place)
{
    for (const QString& key : object.keys()) {
        if (known.contains(key))
            continue;
        const QString where = place.isEmpty()
                                  ? QCoreApplication::translate("outboard", "at the top level")
                                  : QCoreApplication::translate("outboard", "in \"%1\"").arg(place);
        return wrongValue(
            QCoreApplication::translate(
                "outboard",
                "Unknown key \"%1\" %2; the nearest known key is \"%3\". Correct or remove it.")
                .arg(key, where, nearestWord(key, known)));
    }
    return {};
}

QString placeOf(const QString& place, const QString& key)
{
    return place.isEmpty() ? key : QString(place + u'.' + key);
}

Result<QString> JsonCodec<QString>::read(const QJsonValue& value, const QString& place)
{
    if (!value.isString())
        return wrongType(place, QCoreApplication::translate("outboard", "text"), value);
    return value.toString();
}

Result<bool> JsonCodec<bool>::read(const QJsonValue& value, const QString& place)
{
    if (!value.isBool())
        return wrongType(place, QCoreApplication::translate("outboard", "true or false"), value);
    return value.toBool();
}

Result<qint64> JsonCodec<qint64>::read(const QJsonValue& value, const QString& place)
{
    const QString expected = QCoreApplication::translate("outboard", "a whole number from 1");
    if (!value.isDouble())
        return wrongType(place, expected, value);
    const double number = value.toDouble();
    if (number < 1 || std::floor(number) < number) {
        return wrongValue(
            QCoreApplication::translate("outboard", "\"%1\" must be %2, but it is %3.")
                .arg(place, expected)
                .arg(number));
    }
    return value.toInteger();
}

Result<Milliseconds> JsonCodec<Milliseconds>::read(const QJsonValue& value, const QString& place)
{
    if (!value.isString()) {
        return wrongType(
            place,
            QCoreApplication::translate("outboard", "a duration as text, like \"60s\" or \"30d\""),
            value);
    }
    auto duration = parseDuration(value.toString());
    if (!duration)
        return wrongValue(u"\"%1\": %2"_s.arg(place, duration.error().what));
    return duration;
}

} // namespace outboard
