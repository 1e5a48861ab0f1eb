// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QRegularExpression>
#include <QString>
#include <QStringList>

#include <optional>

namespace outboard {

/// Names of fields whose values are hidden: "card*", "email", "customer.iban", "*.iban".
/// "*" stands for any characters, "?" for one; capitals, "_" and "-" make no difference, so that
/// "account_number" is also accountNumber. A pattern of several names fits the end of a path; the
/// places of a list do not count. "*." in front stands for any place, also for none.
class FieldPatterns
{
public:
    FieldPatterns() = default;
    explicit FieldPatterns(const QStringList& patterns);

    /// What is hidden where a profile lists nothing: credentials, payment and personal data.
    static const QStringList& defaults();

    /// A name as fits() compares it.
    static QString normalised(const QString& name);

    /// `path`: normalised names from the outermost field to the one in question.
    bool fits(const QStringList& path) const;

private:
    std::optional<QRegularExpression> m_names; ///< All patterns of one name.
    QList<QList<QRegularExpression>> m_paths;  ///< Patterns of several, outermost first.
};

} // namespace outboard
