// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"
#include "core/time.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QList>
#include <QString>
#include <QStringList>

#include <functional>
#include <optional>

namespace outboard {

// One description of a struct's keys serves reading, writing and the list of known keys, so that
// the three cannot drift apart. `place` is where in the file a value stands ("outbox.columns"), for
// errors.

/// How one type is spelled in JSON; specialised per type with read() and write().
template<class T>
struct JsonCodec;

/// One key of an object that describes a T.
template<class T>
struct JsonField
{
    QString key;
    std::function<Result<void>(T& into, const QJsonValue& value, const QString& place)> read;
    std::function<QJsonValue(const T& from)> write; ///< Undefined: the default, left out.
};

/// `"outbox.dsn" must be text, but it is a number.`
Error wrongType(const QString& place, const QString& expected, const QJsonValue& value);

/// A sentence about the value at a place.
Error wrongValue(const QString& sentence);

/// Error::Refused naming the first key of `object` that is not in `known`, its place and the
/// nearest known key.
Result<void> checkKeys(const QJsonObject& object, const QStringList& known, const QString& place);

/// "outbox" + "dsn" -> "outbox.dsn".
QString placeOf(const QString& place, const QString& key);

template<class T, class Member>
JsonField<T> jsonField(const QString& key, Member T::*member)
{
    return {
        key,
        [member](T& into, const QJsonValue& value, const QString& place) -> Result<void> {
            auto read = JsonCodec<Member>::read(value, place);
            if (!read)
                return read.error();
            into.*member = std::move(*read);
            return {};
        },
        [member](const T& from) -> QJsonValue {
            return from.*member == T{}.*member ? QJsonValue(QJsonValue::Undefined)
                                               : JsonCodec<Member>::write(from.*member);
        }};
}

/// null means the default, as an absent key does.
template<class T>
Result<T> readFields(
    const QList<JsonField<T>>& fields, const QJsonValue& value, const QString& place)
{
    if (!value.isObject())
        return wrongType(place, QStringLiteral("an object"), value);
    const QJsonObject object = value.toObject();
    QStringList known;
    for (const JsonField<T>& field : fields)
        known.append(field.key);
    if (auto checked = checkKeys(object, known, place); !checked)
        return checked.error();
    T result;
    for (const JsonField<T>& field : fields) {
        const QJsonValue member = object.value(field.key);
        if (member.isUndefined() || member.isNull())
            continue;
        if (auto read = field.read(result, member, placeOf(place, field.key)); !read)
            return read.error();
    }
    return result;
}

template<class T>
QJsonObject writeFields(const QList<JsonField<T>>& fields, const T& from)
{
    QJsonObject object;
    for (const JsonField<T>& field : fields) {
        if (const QJsonValue value = field.write(from); !value.isUndefined())
            object.insert(field.key, value);
    }
    return object;
}

template<>
struct JsonCodec<QString>
{
    static Result<QString> read(const QJsonValue& value, const QString& place);

    static QJsonValue write(const QString& text) { return text; }
};

template<>
struct JsonCodec<bool>
{
    static Result<bool> read(const QJsonValue& value, const QString& place);

    static QJsonValue write(bool isOn) { return isOn; }
};

template<>
struct JsonCodec<qint64>
{
    /// Whole numbers from 1.
    static Result<qint64> read(const QJsonValue& value, const QString& place);

    static QJsonValue write(qint64 number) { return number; }
};

template<>
struct JsonCodec<Milliseconds>
{
    static Result<Milliseconds> read(const QJsonValue& value, const QString& place);

    static QJsonValue write(Milliseconds duration) { return durationText(duration); }
};

template<class T>
struct JsonCodec<std::optional<T>>
{
    static Result<std::optional<T>> read(const QJsonValue& value, const QString& place)
    {
        auto read = JsonCodec<T>::read(value, place);
        if (!read)
            return read.error();
        return std::optional<T>(std::move(*read));
    }

    static QJsonValue write(const std::optional<T>& value)
    {
        return value ? JsonCodec<T>::write(*value) : QJsonValue(QJsonValue::Null);
    }
};

template<class T>
struct JsonCodec<QList<T>>
{
    static Result<QList<T>> read(const QJsonValue& value, const QString& place)
    {
        if (!value.isArray())
            return wrongType(place, QStringLiteral("a list"), value);
        QList<T> list;
        const QJsonArray array = value.toArray();
        for (qsizetype i = 0; i < array.size(); ++i) {
            auto read = JsonCodec<T>::read(array.at(i), QStringLiteral("%1[%2]").arg(place).arg(i));
            if (!read)
                return read.error();
            list.append(std::move(*read));
        }
        return list;
    }

    static QJsonValue write(const QList<T>& list)
    {
        QJsonArray array;
        for (const T& item : list)
            array.append(JsonCodec<T>::write(item));
        return array;
    }
};

} // namespace outboard
