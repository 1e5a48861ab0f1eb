// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/deadstorefile.h"
#include "commands/mutestorefile.h"
#include "commands/replaysource.h"
#include "exitcode.h"
#include "historyfile.h"
#include "journalfile.h"
#include "ledger/ledgersearch.h"
#include "output.h"
#include "profilesource.h"
#include "runwindow.h"
#include "services/backends.h"
#include "settings/keychainsecrets.h"
#include "settings/passwordkeeper.h"
#include "settings/profilestore.h"
#include "store/deadstore.h"
#include "store/journal.h"
#include "store/mutestore.h"
#include "store/runstore.h"
#include "tour.h"
#include "window.h"

#include <QApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

int failed(const Error& error)
{
    Output(Output::Mode::Text).error(error);
    return static_cast<int>(exitCodeOf(error));
}

/// The profile that the line names; who has none yet is led to one. What came with an imported one
/// is shown before anything can use it.
Result<Profile> profileFor(
    QApplication& application, ProfileSource& source, const CommandLine& line)
{
    const ProfileStore store;
    const bool namesOne =
        line.has(u"sandbox"_s) || line.has(u"profile-file"_s) || line.has(u"profile"_s);
    QString made;
    if (!namesOne && store.names().isEmpty())
        made = makeFirstProfile(application, store);
    const auto profile = made.isEmpty() ? source.open(line) : store.load(made);
    return profile ? approvedProfile(application, store, *profile) : profile;
}

} // namespace

int openWindow(int& argc, char** argv, const CommandLine& line)
{
    QApplication application(argc, argv);
    ProfileSource source;
    const auto profile = profileFor(application, source, line);
    if (!profile)
        return failed(profile.error());
    const auto runs = openRunStore();
    if (!runs)
        return failed(runs.error());
    const auto secrets = source.secrets();
    // A database that does not answer now is no reason to have no window: each ledger then looks
    // for its table itself, once it can connect.
    const auto resolved = findLedgers(*profile, *secrets, {});
    const auto backends = makeBackends(resolved.value_or(*profile), secrets);
    if (line.has(u"tour"_s)) {
        TourOptions tour;
        tour.directory = line.value(u"tour"_s);
        tour.incidents = source.incidents();
        return runTour(application, backends, tour);
    }
    const auto dead = openDeadStore();
    if (!dead)
        return failed(dead.error());
    const auto mutes = openMuteStore();
    if (!mutes)
        return failed(mutes.error());
    if (source.incidents())
        return runWindow(
            application,
            backends,
            *runs,
            openJournal(),
            *dead,
            source.incidents(),
            nullptr,
            *mutes);
    const auto keychain = source.keychain();
    PasswordKeeper passwords(
        source.asked(),
        {[keychain] { return keychain->isThere(); },
         [keychain](const QString& key, const QString& password) {
             return keychain->store(key, password);
         }});
    return runWindow(
        application,
        backends,
        *runs,
        openJournal(),
        *dead,
        nullptr,
        &passwords,
        *mutes,
        historyFile(profile->name));
}

} // namespace outboard
