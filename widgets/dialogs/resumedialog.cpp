// SPDX-License-Identifier: GPL-3.0-or-later
#include "dialogs/resumedialog.h"

#include "text/commandline.h"
#include "text/format.h"

#include <QCheckBox>
#include <QFormLayout>

namespace outboard {

using namespace Qt::StringLiterals;

ResumeDialog::ResumeDialog(Session& session, const StoredRun& run, QWidget* parent)
    : ActionDialog(session, tr("Resume"), parent)
    , m_run(run)
    , m_repeat(new QCheckBox(this))
    , m_askAtSteps(new QCheckBox(tr("Stop after each canary step and ask me")))
{
    setObjectName(u"resumeDialog"_s);
    m_repeat->setObjectName(u"repeatInDoubt"_s);
    m_repeat->setText(tr("Repeat also the %1 in doubt: they may have been applied already")
                          .arg(format::number(run.report.inDoubt)));
    m_askAtSteps->setObjectName(u"askAtSteps"_s);
    m_askAtSteps->setChecked(run.report.notRun > 0);
    form()->addRow(QString(), m_askAtSteps);
    m_repeat->setVisible(run.report.inDoubt > 0);
    if (run.report.inDoubt > 0)
        form()->addRow(QString(), m_repeat);
    connect(m_repeat, &QCheckBox::toggled, this, &ResumeDialog::update);
    setCommands(session.replayCommands(run.plan));
    update();
}

void ResumeDialog::update()
{
    const RunReport& report = m_run.report;
    const bool repeats = m_repeat->isChecked();
    const qint64 count = report.notRun + (repeats ? report.inDoubt : 0);
    setHeadline(tr("Resume: %1 of %2 events are left to run")
                    .arg(format::number(count), format::number(m_run.plan.items.size())));
    QStringList sentences{
        tr("Goes on with the pace and the handler that it began with. What was applied, skipped or "
           "failed stays as it is; the ledger is asked again for each event.")};
    if (report.noVerdict > 0) {
        sentences << tr("%1 that were sent are watched again, not sent again.")
                         .arg(format::number(report.noVerdict));
    }
    if (report.inDoubt > 0 && !repeats) {
        sentences << tr("%1 in doubt stay so, unless the ledger knows by now.")
                         .arg(format::number(report.inDoubt));
    }
    if (repeats)
        sentences << tr("Those in doubt may be applied a second time.");
    setEffect(sentences.join(u' '), repeats ? Tone::Warning : Tone::Notice);
    setCount(Count::exact(count));
    setVerb(count > 0 ? tr("Resume %1 events").arg(format::number(count)) : tr("Watch again"));
    setCommandLine(commandline::resume(session().profile().name, m_run.runId, repeats));
}

void ResumeDialog::run()
{
    emit resumed(session().resume(
        m_run.runId,
        m_repeat->isChecked(),
        m_askAtSteps->isChecked() ? AtStep::Ask : AtStep::GoOn));
}

} // namespace outboard
