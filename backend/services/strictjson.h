// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/result.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>

#include <optional>
#include <set>

namespace outboard {

/// Reads the members of one JSON object strictly: what is missing, of another type or not known is
/// an error that names the key. The first error stays; answers after it are empty.
class StrictJson
{
public:
    /// `path` is put before the keys in errors, e.g. "events[3].".
    StrictJson(QJsonValue value, QString path);

    QString text(const QString& key);
    std::optional<QString> optionalText(const QString& key);
    QByteArray bytes(const QString& key); ///< As bytesToJson() wrote them.
    std::optional<QByteArray> optionalBase64(const QString& key);
    qint64 integer(const QString& key);
    std::optional<qint64> optionalInteger(const QString& key);
    std::optional<double> optionalNumber(const QString& key);
    bool boolean(const QString& key);
    QJsonArray array(const QString& key);
    QJsonArray optionalArray(const QString& key); ///< Empty when absent.
    std::optional<QJsonValue> optionalValue(const QString& key);

    /// The key's value is there, but makes no sense.
    void refuse(const QString& key);

    /// The first error; else one when the object has keys that nobody asked for.
    Result<void> finish();

private:
    std::optional<QJsonValue> find(const QString& key);
    QJsonValue need(const QString& key);
    void fail(const QString& sentence, const QString& key);

    QJsonObject m_object;
    QString m_path;
    std::set<QString> m_asked;
    std::optional<Error> m_error;
};

/// Ids are bytes: a string where they are UTF-8, else an object {"base64": ".."}.
QJsonValue bytesToJson(const QByteArray& bytes);

} // namespace outboard
