// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "panel.h"

#include <QWidget>

#include <optional>

class QScrollArea;
class QStackedWidget;
class QToolButton;

namespace outboard {

class EmptyState;
class FactsView;
class Label;
class PayloadView;

/// All that is known of one event: its id, facts, headers and payload.
class Inspector final : public QWidget
{
    Q_OBJECT

public:
    explicit Inspector(QWidget* parent = nullptr);

    /// nullopt: nothing is selected. The same event again changes nothing, so that what is being
    /// read or selected stays.
    void show(const std::optional<Inspected>& inspected);

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* buildTitle();
    QWidget* buildFacts();
    void fitFacts();

    std::optional<Inspected> m_inspected;
    QStackedWidget* m_stack;
    Label* m_title;
    FactsView* m_facts;
    Label* m_headersTitle;
    FactsView* m_headers;
    QScrollArea* m_factsArea;
    PayloadView* m_payload;
    EmptyState* m_empty;
};

} // namespace outboard
