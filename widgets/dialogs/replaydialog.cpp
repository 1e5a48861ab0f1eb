// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/replaydialog.h"

#include "handlers/handlerkinds.h"
#include "parts/label.h"
#include "text/commandline.h"
#include "text/format.h"

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSpinBox>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

/// Two fields side by side, the second with words before it.
QWidget* pair(QWidget* first, const QString& words, QWidget* second)
{
    auto* widget = new QWidget;
    auto* row = new QHBoxLayout(widget);
    row->setContentsMargins({});
    row->setSpacing(10);
    row->addWidget(first);
    auto* label = new Label(nullptr, Label::Style::Body, Tone::Muted);
    label->setText(words);
    row->addWidget(label);
    row->addWidget(second);
    row->addStretch();
    return widget;
}

/// Whether the outcome is known only once consumers have handled what was sent.
bool isWatched(const Profile& profile, const QString& handler)
{
    const auto settings = findHandler(profile, handler);
    const HandlerKind* kind = settings ? findHandlerKind(settings->kind) : nullptr;
    return kind && kind->guard == Handler::Guard::Consumers;
}

} // namespace

ReplayDialog::ReplayDialog(Session& session, const Plan& plan, QWidget* parent)
    : ActionDialog(session, tr("Replay"), parent)
    , m_plan(plan)
    , m_canary(new QLineEdit(u"1, 5, 20, 100"_s))
    , m_rate(new QDoubleSpinBox)
    , m_concurrency(new QSpinBox)
    , m_stopAfter(new QSpinBox)
    , m_stopAtPercent(new QSpinBox)
    , m_watchSeconds(new QSpinBox(this))
    , m_askAtSteps(new QCheckBox(tr("Stop after each step and ask me")))
    , m_includeUnknown(new QCheckBox(this))
{
    setObjectName(u"replayDialog"_s);
    resize(760, 680);
    nameFields();
    buildForm();
    connectFields();
    setCommands(session.replayCommands(plan));
    update();
}

void ReplayDialog::nameFields()
{
    const auto name = [](QWidget* field, const QString& objectName, const QString& accessible) {
        field->setObjectName(objectName);
        field->setAccessibleName(accessible);
    };
    name(m_canary, u"canary"_s, tr("Canary steps"));
    name(m_rate, u"rate"_s, tr("Events per second"));
    name(m_concurrency, u"concurrency"_s, tr("At the same time"));
    name(m_stopAfter, u"stopAfter"_s, tr("Stop after failures"));
    name(m_stopAtPercent, u"stopAtPercent"_s, tr("Stop at a share of failures, in percent"));
    name(m_watchSeconds, u"watchSeconds"_s, tr("Watch for verdicts, in seconds"));
    m_askAtSteps->setObjectName(u"askAtSteps"_s);
    m_askAtSteps->setToolTip(tr("Without asking, a failure in one of these steps ends the run."));
    m_includeUnknown->setObjectName(u"includeUnknown"_s);
    m_canary->setToolTip(
        tr("Sizes of the first steps; the rest follows in one step. Empty: no steps."));
    m_concurrency->setToolTip(
        tr("Events, or batches of them, at the same time. Those of one key stay in order."));
}

void ReplayDialog::buildForm()
{
    m_canary->setMaximumWidth(200);
    m_askAtSteps->setChecked(true);
    m_rate->setRange(0, 100'000);
    m_rate->setDecimals(1);
    m_rate->setSpecialValueText(tr("as fast as the handler"));
    m_rate->setMinimumWidth(200);
    m_concurrency->setRange(1, 64);
    m_stopAfter->setRange(0, 1'000'000);
    m_stopAfter->setValue(3);
    m_stopAfter->setSpecialValueText(tr("never"));
    m_stopAfter->setMinimumWidth(120);
    m_stopAtPercent->setRange(0, 100);
    m_stopAtPercent->setSpecialValueText(tr("never"));
    m_stopAtPercent->setSuffix(u" %"_s);
    m_stopAtPercent->setMinimumWidth(100);
    m_watchSeconds->setRange(0, 3'600);
    m_watchSeconds->setValue(30);
    m_watchSeconds->setSuffix(tr(" s"));
    m_watchSeconds->setMaximumWidth(200);
    form()->addRow(tr("Canary steps"), pair(m_canary, {}, m_askAtSteps));
    form()->addRow(tr("Events per second"), pair(m_rate, tr("at the same time"), m_concurrency));
    form()->addRow(
        tr("Stop after failures"), pair(m_stopAfter, tr("or at a share of"), m_stopAtPercent));
    // What is not asked for stays a child without a place.
    m_watchSeconds->setVisible(isWatched(session().profile(), m_plan.handler));
    if (isWatched(session().profile(), m_plan.handler))
        form()->addRow(tr("Watch for verdicts"), m_watchSeconds);
    const qsizetype unknown = m_plan.count(Verdict::Unknown);
    m_includeUnknown->setText(
        tr("Run also the %1 events of which no ledger can say whether they were processed")
            .arg(format::number(unknown)));
    m_includeUnknown->setVisible(unknown > 0);
    if (unknown > 0)
        form()->addRow(QString(), m_includeUnknown);
}

void ReplayDialog::connectFields()
{
    connect(m_canary, &QLineEdit::textChanged, this, &ReplayDialog::update);
    connect(m_rate, &QDoubleSpinBox::valueChanged, this, &ReplayDialog::update);
    for (QSpinBox* box : {m_concurrency, m_stopAfter, m_stopAtPercent, m_watchSeconds})
        connect(box, &QSpinBox::valueChanged, this, &ReplayDialog::update);
    connect(m_includeUnknown, &QCheckBox::toggled, this, &ReplayDialog::update);
}

std::optional<QList<qint64>> ReplayDialog::canarySteps() const
{
    QList<qint64> steps;
    for (const QString& word : m_canary->text().split(u',', Qt::SkipEmptyParts)) {
        bool isNumber = false;
        const qint64 step = word.trimmed().toLongLong(&isNumber);
        if (!isNumber || step < 1)
            return std::nullopt;
        steps.append(step);
    }
    return steps;
}

ReplayOptions ReplayDialog::options() const
{
    ReplayOptions options;
    options.canary = canarySteps().value_or(QList<qint64>{});
    if (m_rate->value() > 0)
        options.eventsPerSecond = m_rate->value();
    if (m_stopAfter->value() > 0)
        options.stopAfterFailures = m_stopAfter->value();
    if (m_stopAtPercent->value() > 0)
        options.stopAtFailureShare = m_stopAtPercent->value() / 100.0;
    options.concurrency = m_concurrency->value();
    options.verdictTimeout = std::chrono::seconds(m_watchSeconds->value());
    options.includeUnknown = m_includeUnknown->isChecked();
    return options;
}

void ReplayDialog::describe(qint64 willRun)
{
    QStringList skipped;
    const auto mention = [&skipped](qsizetype count, const QString& text) {
        if (count > 0)
            skipped << text.arg(format::number(count));
    };
    mention(m_plan.count(Verdict::Processed), tr("%1 already processed"));
    mention(m_plan.count(Verdict::InFlight), tr("%1 in flight"));
    mention(m_plan.count(Verdict::PayloadMissing), tr("%1 without payload"));
    if (!m_includeUnknown->isChecked())
        mention(m_plan.count(Verdict::Unknown), tr("%1 unknown"));
    QString text = tr("%1 events run through \"%2\".").arg(format::number(willRun), m_plan.handler);
    if (!skipped.isEmpty())
        text += u' ' + tr("Skipped: %1.").arg(skipped.join(u", "_s));
    text +=
        u' '
        + (isWatched(session().profile(), m_plan.handler)
               ? tr("The ledger is asked again right before each is sent, and the consumers' own "
                    "ledgers keep it from being applied twice.")
               : tr("The ledger is asked again in the transaction of each event, so that "
                    "nothing is applied twice, also when a consumer gets there first."));
    const QString danger = warning();
    setEffect(
        danger.isEmpty() ? text : text + u' ' + danger,
        danger.isEmpty() ? Tone::Notice : Tone::Warning);
}

QString ReplayDialog::warning() const
{
    QStringList sentences;
    if (m_includeUnknown->isChecked() && m_plan.count(Verdict::Unknown) > 0) {
        sentences << tr(
            "Unknown events may have been processed before: they may be applied again.");
    }
    if (const qsizetype overtaken = m_plan.warnings(); overtaken > 0) {
        sentences << tr("Of %1 events a newer one of the same key was already processed.")
                         .arg(format::number(overtaken));
    }
    return sentences.join(u' ');
}

void ReplayDialog::update()
{
    qint64 willRun = m_plan.count(Verdict::Run);
    if (m_includeUnknown->isChecked())
        willRun += m_plan.count(Verdict::Unknown);
    setHeadline(tr("Replay %1 of %2 planned events")
                    .arg(format::number(willRun), format::number(m_plan.items.size())));
    describe(willRun);
    setCount(Count::exact(willRun));
    setVerb(tr("Replay %1 events").arg(format::number(willRun)));
    setCommandLine(commandline::replay(
        session().profile().name, u"plan-%1.json"_s.arg(m_plan.id.left(8)), options()));
    if (!canarySteps())
        setObstacle(tr("Write the canary steps as numbers with commas: 1, 5, 20"));
    else if (willRun == 0)
        setObstacle(tr("Nothing of this plan will run."));
    else
        setObstacle({});
}

void ReplayDialog::run()
{
    const ReplayOptions chosen = options();
    const bool asks = m_askAtSteps->isChecked() && !chosen.canary.isEmpty();
    emit runStarted(session().replay(m_plan, chosen, asks ? AtStep::Ask : AtStep::GoOn), chosen);
}

} // namespace outboard
