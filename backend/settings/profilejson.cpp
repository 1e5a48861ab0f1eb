// SPDX-License-Identifier: GPL-3.0-or-later
#include "settings/profilejson.h"

#include "settings/connectiontext.h"
#include "settings/jsonfields.h"
#include "settings/profilecheck.h"

#include <QCoreApplication>
#include <QJsonDocument>

#include <algorithm>
#include <array>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array environments = {
    Environment::Sandbox,
    Environment::Development,
    Environment::Staging,
    Environment::Production,
};

/// A DSN or URL: written without its password.
template<class T>
JsonField<T> connectionField(const QString& key, QString T::*member)
{
    JsonField<T> field = jsonField(key, member);
    field.write = [member](const T& from) -> QJsonValue {
        return (from.*member).isEmpty() ? QJsonValue(QJsonValue::Undefined)
                                        : QJsonValue(withoutPassword(from.*member));
    };
    return field;
}

/// A count that may be 0, other than JsonCodec's.
template<class T>
JsonField<T> countField(const QString& key, qint64 T::*member)
{
    JsonField<T> field = jsonField(key, member);
    field.read = [member](T& into, const QJsonValue& value, const QString& place) -> Result<void> {
        const double number = value.toDouble(-1);
        if (number < 0 || number > 100 || number != double(qint64(number)))
            return wrongType(place, u"a whole number from 0 to 100"_s, value);
        into.*member = qint64(number);
        return {};
    };
    return field;
}

} // namespace

template<>
struct JsonCodec<Environment>
{
    static Result<Environment> read(const QJsonValue& value, const QString& place)
    {
        for (const Environment environment : environments) {
            if (value.toString() == environmentName(environment))
                return environment;
        }
        return wrongValue(QCoreApplication::translate(
                              "outboard",
                              "\"%1\" must be \"sandbox\", \"development\", \"staging\" or "
                              "\"production\".")
                              .arg(place));
    }

    static QJsonValue write(Environment environment) { return environmentName(environment); }
};

/// Structs with a table of fields.
template<class T>
struct JsonStruct
{
    static Result<T> read(const QJsonValue& value, const QString& place)
    {
        return readFields(JsonCodec<T>::fields(), value, place);
    }

    static QJsonValue write(const T& from) { return writeFields(JsonCodec<T>::fields(), from); }
};

template<>
struct JsonCodec<OutboxColumns> : JsonStruct<OutboxColumns>
{
    static QList<JsonField<OutboxColumns>> fields()
    {
        return {
            jsonField(u"id"_s, &OutboxColumns::id),
            jsonField(u"event_id"_s, &OutboxColumns::eventId),
            jsonField(u"topic"_s, &OutboxColumns::topic),
            jsonField(u"payload"_s, &OutboxColumns::payload),
            jsonField(u"created_at"_s, &OutboxColumns::createdAt),
            jsonField(u"key"_s, &OutboxColumns::key),
        };
    }
};

/// In short "user@host", where nothing else is set.
template<>
struct JsonCodec<SshSettings>
{
    static QList<JsonField<SshSettings>> fields()
    {
        return {
            jsonField(u"host"_s, &SshSettings::host),
            jsonField(u"user"_s, &SshSettings::user),
            jsonField(u"port"_s, &SshSettings::port),
            jsonField(u"key"_s, &SshSettings::key),
            jsonField(u"jump"_s, &SshSettings::jump),
            jsonField(u"config"_s, &SshSettings::config),
        };
    }

    static Result<SshSettings> read(const QJsonValue& value, const QString& place)
    {
        if (!value.isString())
            return readFields(fields(), value, place);
        SshSettings settings;
        const QString text = value.toString();
        const qsizetype at = text.lastIndexOf(u'@');
        settings.user = text.left(std::max<qsizetype>(at, 0));
        settings.host = text.mid(at + 1);
        return settings;
    }

    static QJsonValue write(const SshSettings& from) { return writeFields(fields(), from); }
};

template<>
struct JsonCodec<OutboxSettings> : JsonStruct<OutboxSettings>
{
    static QList<JsonField<OutboxSettings>> fields()
    {
        return {
            connectionField(u"dsn"_s, &OutboxSettings::dsn),
            connectionField(u"monitor_dsn"_s, &OutboxSettings::monitorDsn),
            jsonField(u"ssh"_s, &OutboxSettings::ssh),
            jsonField(u"preset"_s, &OutboxSettings::preset),
            jsonField(u"table"_s, &OutboxSettings::table),
            jsonField(u"columns"_s, &OutboxSettings::columns),
            jsonField(u"unpublished"_s, &OutboxSettings::unpublished),
            jsonField(u"in_flight"_s, &OutboxSettings::inFlight),
            jsonField(u"published"_s, &OutboxSettings::published),
            jsonField(u"mark_published"_s, &OutboxSettings::markPublished),
            jsonField(u"dead"_s, &OutboxSettings::dead),
            jsonField(u"dead_table"_s, &OutboxSettings::deadTable),
        };
    }
};

template<>
struct JsonCodec<LedgerSettings> : JsonStruct<LedgerSettings>
{
    static QList<JsonField<LedgerSettings>> fields()
    {
        return {
            connectionField(u"dsn"_s, &LedgerSettings::dsn),
            jsonField(u"ssh"_s, &LedgerSettings::ssh),
            jsonField(u"table"_s, &LedgerSettings::table),
            jsonField(u"event_id"_s, &LedgerSettings::eventId),
            jsonField(u"consumer"_s, &LedgerSettings::consumer),
            jsonField(u"done"_s, &LedgerSettings::done),
            jsonField(u"groups"_s, &LedgerSettings::groups),
            jsonField(u"retention"_s, &LedgerSettings::retention),
        };
    }
};

template<>
struct JsonCodec<TlsSettings> : JsonStruct<TlsSettings>
{
    static QList<JsonField<TlsSettings>> fields()
    {
        return {
            jsonField(u"ca"_s, &TlsSettings::ca),
            jsonField(u"cert"_s, &TlsSettings::cert),
            jsonField(u"key"_s, &TlsSettings::key),
            jsonField(u"server_name"_s, &TlsSettings::serverName),
        };
    }
};

template<>
struct JsonCodec<BrokerSettings> : JsonStruct<BrokerSettings>
{
    static QList<JsonField<BrokerSettings>> fields()
    {
        return {
            jsonField(u"kind"_s, &BrokerSettings::kind),
            connectionField(u"url"_s, &BrokerSettings::url),
            jsonField(u"ssh"_s, &BrokerSettings::ssh),
            jsonField(u"stream"_s, &BrokerSettings::stream),
            jsonField(u"event_id"_s, &BrokerSettings::eventId),
            jsonField(u"payload"_s, &BrokerSettings::payload),
            jsonField(u"dead"_s, &BrokerSettings::dead),
            jsonField(u"tls"_s, &BrokerSettings::tls),
        };
    }
};

template<>
struct JsonCodec<CelerySettings> : JsonStruct<CelerySettings>
{
    static QList<JsonField<CelerySettings>> fields()
    {
        return {
            connectionField(u"url"_s, &CelerySettings::url),
            jsonField(u"queue"_s, &CelerySettings::queue),
            jsonField(u"task"_s, &CelerySettings::task),
            jsonField(u"ssh"_s, &CelerySettings::ssh),
        };
    }
};

template<>
struct JsonCodec<Thresholds> : JsonStruct<Thresholds>
{
    static QList<JsonField<Thresholds>> fields()
    {
        return {
            jsonField(u"idle"_s, &Thresholds::idle),
            jsonField(u"max_deliveries"_s, &Thresholds::maxDeliveries),
            jsonField(u"oldest_unpublished"_s, &Thresholds::oldestUnpublished),
        };
    }
};

template<>
struct JsonCodec<HandlerSettings> : JsonStruct<HandlerSettings>
{
    static QList<JsonField<HandlerSettings>> fields()
    {
        return {
            jsonField(u"name"_s, &HandlerSettings::name),
            jsonField(u"kind"_s, &HandlerSettings::kind),
            jsonField(u"function"_s, &HandlerSettings::function),
            connectionField(u"url"_s, &HandlerSettings::url),
            jsonField(u"ca"_s, &HandlerSettings::ca),
            jsonField(u"command"_s, &HandlerSettings::command),
            jsonField(u"timeout"_s, &HandlerSettings::timeout),
            countField(u"retries"_s, &HandlerSettings::retries),
            jsonField(u"topics"_s, &HandlerSettings::topics),
            jsonField(u"ledger"_s, &HandlerSettings::ledger),
        };
    }
};

template<>
struct JsonCodec<MaskingSettings> : JsonStruct<MaskingSettings>
{
    static QList<JsonField<MaskingSettings>> fields()
    {
        return {
            jsonField(u"on"_s, &MaskingSettings::isOn),
            jsonField(u"fields"_s, &MaskingSettings::fields),
        };
    }
};

template<>
struct JsonCodec<Profile> : JsonStruct<Profile>
{
    static QList<JsonField<Profile>> fields()
    {
        return {
            jsonField(u"name"_s, &Profile::name),
            jsonField(u"environment"_s, &Profile::environment),
            jsonField(u"outbox"_s, &Profile::outbox),
            jsonField(u"ledgers"_s, &Profile::ledgers),
            jsonField(u"broker"_s, &Profile::broker),
            jsonField(u"celery"_s, &Profile::celery),
            jsonField(u"thresholds"_s, &Profile::thresholds),
            jsonField(u"handlers"_s, &Profile::handlers),
            jsonField(u"masking"_s, &Profile::masking),
        };
    }
};

namespace {

/// JSON has no line numbers once parsed; before that they are all there is.
Error notJson(const QByteArray& json, const QJsonParseError& error)
{
    const QByteArray before = json.left(error.offset);
    const qsizetype line = before.count('\n') + 1;
    return wrongValue(QCoreApplication::translate("outboard", "Line %1 is not valid JSON: %2.")
                          .arg(line)
                          .arg(error.errorString()));
}

} // namespace

Result<Profile> profileFromJson(const QByteArray& json, const QString& fallbackName)
{
    QJsonParseError parseError;
    const QJsonDocument document = QJsonDocument::fromJson(json, &parseError);
    if (parseError.error != QJsonParseError::NoError)
        return notJson(json, parseError);
    const QJsonValue root =
        document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
    auto profile = JsonCodec<Profile>::read(root, {});
    if (!profile)
        return profile;
    const QJsonObject object = document.object();
    if (profile->name.isEmpty())
        profile->name = fallbackName;
    if (object.value(u"ledgers").isUndefined() || object.value(u"ledgers").isNull())
        profile->ledgers = {LedgerSettings{}};
    if (auto checked = checkProfile(*profile, object.contains(u"celery"_s)); !checked)
        return checked.error();
    return profile;
}

QByteArray profileToJson(const Profile& profile)
{
    QJsonObject object = writeFields(JsonCodec<Profile>::fields(), profile);
    // Always spelled out: an absent list means "look for it", an absent environment is easy to
    // misread.
    object.insert(u"environment"_s, environmentName(profile.environment));
    if (profile.ledgers == QList{LedgerSettings{}})
        object.remove(u"ledgers"_s);
    else
        object.insert(u"ledgers"_s, JsonCodec<QList<LedgerSettings>>::write(profile.ledgers));
    return QJsonDocument(object).toJson(QJsonDocument::Indented);
}

} // namespace outboard
