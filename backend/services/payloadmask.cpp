// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/payloadmask.h"

#include "services/maskedjson.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

QString notJson()
{
    return QCoreApplication::translate("outboard", "masked: not JSON");
}

bool isMaskingOn(const Profile& profile)
{
    const MaskingSettings& masking = profile.masking;
    return masking.isOn.value_or(
        profile.environment == Environment::Production || !masking.fields.isEmpty());
}

bool beginsLikeJson(const QByteArray& value)
{
    const QByteArray text = value.left(100).trimmed();
    return text.startsWith('{') || text.startsWith('[');
}

} // namespace

PayloadMask::PayloadMask(const Profile& profile)
    : m_isOn(isMaskingOn(profile))
    , m_patterns(
          profile.masking.fields.isEmpty() ? FieldPatterns::defaults() : profile.masking.fields)
    , m_payloadField(profile.broker.payload.toUtf8())
{}

MaskedPayload PayloadMask::masked(const QByteArray& payload) const
{
    if (!m_isOn || payload.isEmpty())
        return {payload};
    MaskedJson json = maskedJson(payload, m_patterns);
    if (!json.isJson)
        return {notJson().toUtf8(), 0, true};
    return {json.hidden == 0 ? payload : std::move(json.text), json.hidden};
}

Field PayloadMask::shown(const Field& field) const
{
    if (!m_isOn)
        return field;
    if (m_patterns.fits({FieldPatterns::normalised(QString::fromUtf8(field.name))}))
        return {field.name, u"•••"_s.toUtf8()};
    const bool isPayload = field.name == m_payloadField;
    return isPayload || beginsLikeJson(field.value) ? Field{field.name, shown(field.value)} : field;
}

QString maskNote(const MaskedPayload& payload)
{
    if (payload.isWhole)
        return notJson();
    if (payload.fields == 0)
        return {};
    return payload.fields == 1 ? QCoreApplication::translate("outboard", "1 field is masked")
                               : QCoreApplication::translate("outboard", "%1 fields are masked")
                                     .arg(payload.fields);
}

} // namespace outboard
