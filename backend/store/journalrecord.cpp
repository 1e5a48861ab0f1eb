// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/journalrecord.h"

#include "services/strictjson.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// SQLite takes a null string for NULL.
QString stored(const QString& text)
{
    return text.isNull() ? u""_s : text;
}

QString jsonText(const QJsonArray& array)
{
    return QString::fromUtf8(QJsonDocument(array).toJson(QJsonDocument::Compact));
}

QJsonArray arrayOf(const QString& json)
{
    return QJsonDocument::fromJson(json.toUtf8()).array();
}

QJsonArray idArray(const QList<QByteArray>& ids)
{
    QJsonArray array;
    for (const QByteArray& id : ids)
        array.append(bytesToJson(id));
    return array;
}

QList<QByteArray> idsOf(const QJsonArray& array)
{
    QList<QByteArray> ids;
    ids.reserve(array.size());
    for (const QJsonValue& value : array) {
        ids.append(
            value.isString()
                ? value.toString().toUtf8()
                : QByteArray::fromBase64(value.toObject().value(u"base64").toString().toLatin1()));
    }
    return ids;
}

} // namespace

QByteArray JournalRecord::hash(const QByteArray& previous) const
{
    QCryptographicHash sum(QCryptographicHash::Sha256);
    sum.addData(previous);
    for (const QVariant& value : values({})) {
        const QByteArray field = value.toString().toUtf8();
        sum.addData(QByteArray(QByteArray::number(field.size()) + ':'));
        sum.addData(field);
    }
    return sum.result();
}

QVariantList JournalRecord::values(const QByteArray& hash) const
{
    return {
        number,
        kind,
        intent,
        atUs,
        stored(who),
        stored(process),
        stored(profile),
        stored(environment),
        stored(action),
        stored(place),
        stored(state),
        stored(text),
        idCount,
        stored(counts),
        stored(commands),
        stored(ids),
        hash};
}

JournalRecord JournalRecord::of(const QSqlQuery& row)
{
    JournalRecord record;
    record.number = row.value(0).toLongLong();
    record.kind = row.value(1).toString();
    record.intent = row.value(2).toLongLong();
    record.atUs = row.value(3).toLongLong();
    record.who = row.value(4).toString();
    record.process = row.value(5).toString();
    record.profile = row.value(6).toString();
    record.environment = row.value(7).toString();
    record.action = row.value(8).toString();
    record.place = row.value(9).toString();
    record.state = row.value(10).toString();
    record.text = row.value(11).toString();
    record.idCount = row.value(12).toLongLong();
    record.counts = row.value(13).toString();
    record.commands = row.value(14).toString();
    record.ids = row.value(15).toString();
    return record;
}

QString journalColumns()
{
    return u"number, kind, intent, at_us, who, process, profile, environment, action, place, state,"
           " text, id_count, counts, commands, ids, hash"_s;
}

QString journalIds(const QList<QByteArray>& ids)
{
    return jsonText(idArray(ids));
}

QList<QByteArray> journalIdsOf(const QString& json)
{
    return idsOf(arrayOf(json));
}

QString journalTexts(const QStringList& texts)
{
    return jsonText(QJsonArray::fromStringList(texts));
}

QStringList journalTextsOf(const QString& json)
{
    QStringList texts;
    for (const QJsonValue& value : arrayOf(json))
        texts.append(value.toString());
    return texts;
}

QString journalCounts(const QList<JournalCount>& counts)
{
    QJsonArray array;
    for (const JournalCount& count : counts) {
        QJsonObject object{{u"name"_s, count.name}, {u"count"_s, count.count}};
        if (!count.ids.isEmpty())
            object.insert(u"ids"_s, idArray(count.ids));
        array.append(object);
    }
    return jsonText(array);
}

QList<JournalCount> journalCountsOf(const QString& json)
{
    QList<JournalCount> counts;
    for (const QJsonValue& value : arrayOf(json)) {
        const QJsonObject object = value.toObject();
        counts.append(
            {object.value(u"name").toString(),
             object.value(u"count").toInteger(),
             idsOf(object.value(u"ids").toArray())});
    }
    return counts;
}

QString withoutSecrets(QString text)
{
    static const QRegularExpression inUrl(u"(\\w+://[^\\s/@:]*):[^\\s/@]*@"_s);
    static const QRegularExpression named(
        u"(\\b(?:password|passwd|pwd|secret|token|api[_-]?key)\\b\\s*[=:]\\s*)"
        "('(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\"|[^\\s,;&]+)"_s,
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression header(
        u"(\\bauthorization\\s*[=:]\\s*)[^\\r\\n'\"]+"_s,
        QRegularExpression::CaseInsensitiveOption);
    text.replace(inUrl, u"\\1@"_s);
    text.replace(header, u"\\1…"_s);
    return text.replace(named, u"\\1…"_s);
}

} // namespace outboard
