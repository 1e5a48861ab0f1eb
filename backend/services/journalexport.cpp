// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/journalexport.h"

#include "services/journaljson.h"
#include "store/journal.h"
#include "text/csv.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QSaveFile>

namespace outboard {

namespace {

constexpr qint64 pageEntries = 200;

/// Entries one after the other, framed as the format wants it.
class Writer
{
public:
    Writer(QSaveFile& file, JournalFormat format)
        : m_file(file)
        , m_isJson(format == JournalFormat::Json)
    {
        write(m_isJson ? QByteArray("[") : csvLine(journalCellTitles()));
    }

    void add(const JournalDetails& details)
    {
        if (!m_isJson) {
            write(csvLine(journalCells(details)));
        } else {
            write(m_count == 0 ? "\n" : ",\n");
            write(QJsonDocument(journalJson(details)).toJson(QJsonDocument::Compact));
        }
        ++m_count;
    }

    bool end()
    {
        if (m_isJson)
            write("\n]\n");
        return m_isWritten && m_file.commit();
    }

    qint64 count() const { return m_count; }

private:
    void write(const QByteArray& bytes)
    {
        m_isWritten = m_isWritten && m_file.write(bytes) == bytes.size();
    }

    QSaveFile& m_file;
    bool m_isJson;
    bool m_isWritten = true;
    qint64 m_count = 0;
};

Error notWritten(const QSaveFile& file)
{
    return {
        Error::Kind::Refused,
        QCoreApplication::translate(
            "outboard", "%1 could not be written. Choose a folder in which you may write.")
            .arg(file.fileName()),
        file.errorString()};
}

Error stopped()
{
    return {
        Error::Kind::Cancelled,
        QCoreApplication::translate("outboard", "The export was stopped; no file was written."),
        {}};
}

} // namespace

Result<qint64> exportJournal(
    const Journal& journal,
    const JournalFilter& filter,
    const QString& path,
    JournalFormat format,
    const std::stop_token& stop)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return notWritten(file);
    Writer writer(file, format);
    std::optional<qint64> before;
    do {
        const auto page = journal.page(filter, before, pageEntries);
        if (!page)
            return page.error();
        for (const JournalEntry& entry : page->entries) {
            const auto details = journal.details(entry.number);
            if (!details)
                return details.error();
            if (stop.stop_requested())
                return stopped();
            writer.add(*details);
        }
        before = page->next;
    } while (before);
    if (!writer.end())
        return notWritten(file);
    return writer.count();
}

} // namespace outboard
