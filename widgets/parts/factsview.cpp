// SPDX-License-Identifier: GPL-3.0-or-later
#include "parts/factsview.h"

#include "parts/label.h"
#include "text/format.h"

#include <QGridLayout>
#include <QLineEdit>

#include <algorithm>
#include <memory>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// A header can be as long as its sender likes.
constexpr qsizetype maxCharacters = 2000;

void fill(QLineEdit& edit, const Field& fact)
{
    const QString value = format::oneLine(fact.value, maxCharacters);
    if (edit.text() == value)
        return;
    edit.setText(value);
    edit.setCursorPosition(0);
    edit.setToolTip(u"<p>"_s + format::oneLine(fact.value, 400).toHtmlEscaped() + u"</p>"_s);
}

} // namespace

FactsView::FactsView(QWidget* parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins({});
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(2);
    m_grid->setColumnStretch(1, 1);
}

void FactsView::show(const QList<Field>& facts)
{
    if (facts == m_facts)
        return;
    if (!std::ranges::equal(facts, m_facts, {}, &Field::name, &Field::name))
        build(facts);
    m_facts = facts;
    for (int i = 0; i < int(facts.size()); ++i)
        fill(*qobject_cast<QLineEdit*>(m_grid->itemAtPosition(i, 1)->widget()), facts[i]);
}

void FactsView::build(const QList<Field>& facts)
{
    while (QLayoutItem* item = m_grid->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        std::unique_ptr<QLayoutItem> owned(item);
    }
    for (int i = 0; i < int(facts.size()); ++i) {
        auto* name = new Label(this, Label::Style::Small, Tone::Muted);
        name->setText(format::oneLine(facts[i].name, 40));
        auto* value = new QLineEdit(this);
        value->setReadOnly(true);
        value->setFrame(false);
        value->setProperty("class", u"fact"_s);
        value->setFont(monoFont());
        value->setAccessibleName(name->text());
        name->setBuddy(value);
        m_grid->addWidget(name, i, 0);
        m_grid->addWidget(value, i, 1);
        name->show();
        value->show();
    }
}

} // namespace outboard
