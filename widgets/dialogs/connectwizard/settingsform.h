// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFormLayout>
#include <QLineEdit>
#include <QList>
#include <QString>
#include <QWidget>

#include <functional>

namespace outboard {

/// One setting as a line of text.
template<class Settings>
struct SettingsField
{
    QString name;  ///< As in the profile file; the line's object name.
    QString title; ///< Translated.
    QString help;  ///< Translated; shown while the line is empty, and as its tool tip.
    std::function<QString(const Settings&)> read;
    std::function<void(Settings&, const QString&)> write;
};

/// A field that is a text already.
template<class Settings, class Member>
SettingsField<Settings> textField(
    const QString& name, const QString& title, const QString& help, Member member)
{
    return {
        name,
        title,
        help,
        [member](const Settings& settings) { return std::invoke(member, settings); },
        [member](Settings& settings, const QString& text) {
            std::invoke(member, settings) = text;
        }};
}

/// Settings as lines of text, one below the other.
template<class Settings>
class SettingsForm final : public QWidget
{
public:
    SettingsForm(
        QList<SettingsField<Settings>> fields, std::function<void()> edited, QWidget* parent)
        : QWidget(parent)
        , m_fields(std::move(fields))
    {
        auto* form = new QFormLayout(this);
        form->setContentsMargins({});
        form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
        form->setHorizontalSpacing(16);
        form->setVerticalSpacing(6);
        for (const SettingsField<Settings>& field : m_fields) {
            auto* line = new QLineEdit;
            line->setObjectName(field.name);
            line->setAccessibleName(field.title);
            line->setPlaceholderText(field.help);
            line->setToolTip(field.help);
            QObject::connect(line, &QLineEdit::textEdited, this, edited);
            form->addRow(field.title, line);
            m_lines << line;
        }
    }

    void present(const Settings& settings)
    {
        m_base = settings;
        for (qsizetype i = 0; i < m_fields.size(); ++i) {
            m_lines.at(i)->setText(m_fields.at(i).read(settings));
            m_lines.at(i)->setCursorPosition(0);
        }
    }

    /// What was presented, with the lines as they stand.
    Settings settings() const
    {
        Settings settings = m_base;
        for (qsizetype i = 0; i < m_fields.size(); ++i)
            m_fields.at(i).write(settings, m_lines.at(i)->text().trimmed());
        return settings;
    }

private:
    QList<SettingsField<Settings>> m_fields;
    QList<QLineEdit*> m_lines;
    Settings m_base;
};

} // namespace outboard
