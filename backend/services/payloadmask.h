// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/message.h"
#include "services/fieldpatterns.h"
#include "settings/profile.h"

#include <QByteArray>
#include <QString>

namespace outboard {

/// A payload as it may be shown.
struct MaskedPayload
{
    QByteArray bytes;
    qsizetype fields = 0; ///< How many values are hidden.
    bool isWhole = false; ///< All of it is hidden, because it is not JSON.

    bool isMasked() const { return isWhole || fields > 0; }

    friend bool operator==(const MaskedPayload&, const MaskedPayload&) = default;
};

/// What of payloads is shown, copied and exported. For eyes only: what is relayed, replayed or kept
/// to be restored never passes through here.
class PayloadMask
{
public:
    /// Hides nothing.
    PayloadMask() = default;

    /// As the profile's "masking" says.
    explicit PayloadMask(const Profile& profile);

    bool isOn() const { return m_isOn; }

    /// A whole payload or its beginning. What is no JSON object or list is hidden as a whole.
    MaskedPayload masked(const QByteArray& payload) const;

    QByteArray shown(const QByteArray& payload) const { return masked(payload).bytes; }

    /// A field of an entry: its value as a payload where the mapping says that it is one or it
    /// begins like JSON; hidden where its name fits; else as it is.
    Field shown(const Field& field) const;

private:
    bool m_isOn = false;
    FieldPatterns m_patterns;
    QByteArray m_payloadField;
};

/// "3 fields are masked", "masked: not JSON"; empty for what is not masked.
QString maskNote(const MaskedPayload& payload);

} // namespace outboard
