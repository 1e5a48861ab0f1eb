// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/strictjson.h"

#include <QCoreApplication>

#include <limits>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString missing()
{
    return QCoreApplication::translate(
        "outboard", "The key \"%1\" is missing. Make the file again.");
}

QString wrong()
{
    return QCoreApplication::translate(
        "outboard", "The value of \"%1\" is not what belongs there. Make the file again.");
}

QString unknown()
{
    return QCoreApplication::translate(
        "outboard", "The key \"%1\" is not known. Remove it, or make the file again.");
}

std::optional<qint64> toInteger(const QJsonValue& value)
{
    constexpr qint64 no = std::numeric_limits<qint64>::min();
    const qint64 number = value.toInteger(no);
    return number == no ? std::nullopt : std::optional(number);
}

std::optional<QByteArray> decoded(const QJsonValue& value)
{
    if (!value.isString())
        return std::nullopt;
    const auto result = QByteArray::fromBase64Encoding(
        value.toString().toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    return result ? std::optional(*result) : std::nullopt;
}

} // namespace

StrictJson::StrictJson(QJsonValue value, QString path)
    : m_object(value.toObject())
    , m_path(std::move(path))
{
    if (!value.isObject())
        fail(wrong(), QString());
}

QString StrictJson::text(const QString& key)
{
    const QJsonValue value = need(key);
    if (!value.isString())
        refuse(key);
    return value.toString();
}

std::optional<QString> StrictJson::optionalText(const QString& key)
{
    return find(key) ? std::optional(text(key)) : std::nullopt;
}

QByteArray StrictJson::bytes(const QString& key)
{
    const QJsonValue value = need(key);
    if (value.isString())
        return value.toString().toUtf8();
    const QJsonObject object = value.toObject();
    const auto bytes = decoded(object.value(u"base64"));
    if (!bytes || object.size() != 1)
        refuse(key);
    return bytes.value_or(QByteArray());
}

std::optional<QByteArray> StrictJson::optionalBase64(const QString& key)
{
    const auto value = find(key);
    if (!value)
        return std::nullopt;
    auto bytes = decoded(*value);
    if (!bytes)
        refuse(key);
    return bytes;
}

qint64 StrictJson::integer(const QString& key)
{
    const auto number = toInteger(need(key));
    if (!number)
        refuse(key);
    return number.value_or(0);
}

std::optional<qint64> StrictJson::optionalInteger(const QString& key)
{
    return find(key) ? std::optional(integer(key)) : std::nullopt;
}

std::optional<double> StrictJson::optionalNumber(const QString& key)
{
    const auto value = find(key);
    if (value && !value->isDouble())
        refuse(key);
    return value ? std::optional(value->toDouble()) : std::nullopt;
}

bool StrictJson::boolean(const QString& key)
{
    const QJsonValue value = need(key);
    if (!value.isBool())
        refuse(key);
    return value.toBool();
}

QJsonArray StrictJson::array(const QString& key)
{
    const QJsonValue value = need(key);
    if (!value.isArray())
        refuse(key);
    return value.toArray();
}

QJsonArray StrictJson::optionalArray(const QString& key)
{
    return find(key) ? array(key) : QJsonArray();
}

std::optional<QJsonValue> StrictJson::optionalValue(const QString& key)
{
    return find(key);
}

void StrictJson::refuse(const QString& key)
{
    fail(wrong(), key);
}

Result<void> StrictJson::finish()
{
    const QStringList keys = m_object.keys();
    for (const QString& key : keys) {
        if (!m_asked.contains(key))
            fail(unknown(), key);
    }
    return m_error ? Result<void>(*m_error) : Result<void>();
}

std::optional<QJsonValue> StrictJson::find(const QString& key)
{
    m_asked.insert(key);
    const auto it = m_object.constFind(key);
    return it == m_object.constEnd() ? std::nullopt : std::optional<QJsonValue>(it.value());
}

QJsonValue StrictJson::need(const QString& key)
{
    const auto value = find(key);
    if (!value)
        fail(missing(), key);
    return value.value_or(QJsonValue());
}

void StrictJson::fail(const QString& sentence, const QString& key)
{
    if (m_error)
        return;
    QString name = m_path + key;
    if (name.endsWith(u'.'))
        name.chop(1);
    m_error = Error{Error::Kind::Refused, sentence.arg(name), {}};
}

QJsonValue bytesToJson(const QByteArray& bytes)
{
    const QString text = QString::fromUtf8(bytes);
    if (text.toUtf8() == bytes)
        return text;
    return QJsonObject{{u"base64"_s, QString::fromLatin1(bytes.toBase64())}};
}

} // namespace outboard
