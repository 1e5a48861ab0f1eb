// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/format.h"

#include "model/outboxrow.h"
#include "text/escape.h"

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>
#include <cmath>

namespace outboard::format {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr QChar narrowSpace(0x202f);
constexpr QChar ellipsis(0x2026);

/// As many decimals as the size of the number deserves, without zeros at the end.
QString decimal(double value, int decimals)
{
    QString text = QString::number(value, 'f', decimals);
    if (text.contains(u'.')) {
        while (text.endsWith(u'0'))
            text.chop(1);
        if (text.endsWith(u'.'))
            text.chop(1);
    }
    return text;
}

QString twoDigits(qint64 value)
{
    return QString::number(value).rightJustified(2, u'0');
}

QString durationOf(quint64 ms)
{
    const auto seconds = static_cast<qint64>(ms / 1000);
    if (ms < 1000)
        return QCoreApplication::translate("outboard", "%1 ms").arg(ms);
    if (seconds < 60)
        return QCoreApplication::translate("outboard", "%1 s").arg(seconds);
    if (seconds < 3600)
        return QCoreApplication::translate("outboard", "%1 min %2 s")
            .arg(seconds / 60)
            .arg(twoDigits(seconds % 60));
    if (seconds < 86400)
        return QCoreApplication::translate("outboard", "%1 h %2 min")
            .arg(seconds / 3600)
            .arg(twoDigits(seconds / 60 % 60));
    return QCoreApplication::translate("outboard", "%1 d %2 h")
        .arg(number(seconds / 86400))
        .arg(seconds / 3600 % 24);
}

QString plain(char32_t character)
{
    QString text;
    text += QChar::fromUcs4(character);
    return text;
}

/// Gathers a bounded line.
class Line
{
public:
    explicit Line(qsizetype maxCharacters)
        : m_left(std::max<qsizetype>(maxCharacters, 0))
    {}

    bool isFull() const { return m_isCut; }

    const QString& text() const { return m_text; }

    void add(const QString& piece)
    {
        m_isCut = piece.size() > m_left;
        m_left -= piece.size();
        m_text += m_isCut ? QString(ellipsis) : piece;
    }

    void add(char32_t character)
    {
        add(isTreacherous(character) ? escapeOf(character) : plain(character));
    }

private:
    QString m_text;
    qsizetype m_left;
    bool m_isCut = false;
};

} // namespace

QString number(qint64 value)
{
    QString digits = QString::number(value);
    const qsizetype first = value < 0 ? 1 : 0;
    for (qsizetype i = digits.size() - 3; i > first; i -= 3)
        digits.insert(i, narrowSpace);
    return digits;
}

QString count(const Count& count)
{
    switch (count.quality) {
    case Count::Quality::Exact: return number(count.value);
    case Count::Quality::AtLeast: return number(count.value) + u'+';
    case Count::Quality::Estimated: return u'~' + number(count.value);
    case Count::Quality::Unknown: break;
    }
    return u"?"_s;
}

QString rate(std::optional<double> perSecond)
{
    // Beyond this a rate is a defect of whoever measured it, and would not fit 64 bits.
    if (!perSecond || !std::isfinite(*perSecond) || std::abs(*perSecond) > 1e15)
        return u"?"_s;
    const double size = std::abs(*perSecond);
    // A trickle is not "0".
    if (size > 0 && size < 0.05)
        return *perSecond < 0 ? u"> -0.1"_s : u"< 0.1"_s;
    return size < 9.95 ? decimal(*perSecond, 1) : number(std::llround(*perSecond));
}

QString duration(std::optional<Milliseconds> duration)
{
    if (!duration)
        return u"?"_s;
    const auto ms = static_cast<quint64>(duration->count());
    return duration->count() < 0 ? u'-' + durationOf(0 - ms) : durationOf(ms);
}

QString standby(const StandbyState& standby, TimePoint now)
{
    if (standby.behind) {
        return QCoreApplication::translate("outboard", "read from a standby, %1 behind")
            .arg(duration(standby.behind));
    }
    if (!standby.lastReplayed)
        return QCoreApplication::translate(
            "outboard", "read from a standby; how far behind is unknown");
    const auto age = std::chrono::floor<Milliseconds>(now - *standby.lastReplayed);
    return QCoreApplication::translate(
               "outboard",
               "read from a standby; how far behind is unknown, its newest change is %1 old")
        .arg(duration(std::max(age, Milliseconds(0))));
}

QString roundTrip(std::optional<Microseconds> roundTrip)
{
    if (!roundTrip || roundTrip->count() < 0)
        return u"?"_s;
    const double ms = static_cast<double>(roundTrip->count()) / 1000;
    if (ms < 0.995)
        return QCoreApplication::translate("outboard", "%1 ms").arg(decimal(ms, 2));
    if (ms < 9.95)
        return QCoreApplication::translate("outboard", "%1 ms").arg(decimal(ms, 1));
    if (ms < 999.5)
        return QCoreApplication::translate("outboard", "%1 ms").arg(std::llround(ms));
    return QCoreApplication::translate("outboard", "%1 s").arg(decimal(ms / 1000, 1));
}

QString bytes(std::optional<qint64> bytes)
{
    if (!bytes || *bytes < 0)
        return u"?"_s;
    if (*bytes < 1024)
        return QCoreApplication::translate("outboard", "%1 B").arg(*bytes);
    const QString units[] = {
        QCoreApplication::translate("outboard", "KiB"),
        QCoreApplication::translate("outboard", "MiB"),
        QCoreApplication::translate("outboard", "GiB"),
        QCoreApplication::translate("outboard", "TiB"),
        QCoreApplication::translate("outboard", "PiB"),
        QCoreApplication::translate("outboard", "EiB")};
    auto size = static_cast<double>(*bytes) / 1024;
    size_t unit = 0;
    for (; size >= 1023.5 && unit + 1 < std::size(units); ++unit)
        size /= 1024;
    return decimal(size, size < 9.95 ? 1 : 0) + u' ' + units[unit];
}

QString time(std::optional<TimePoint> time, TimePoint now)
{
    if (!time)
        return {};
    const auto local = [](TimePoint point) {
        const auto ms = std::chrono::floor<Milliseconds>(point.time_since_epoch());
        return QDateTime::fromMSecsSinceEpoch(ms.count());
    };
    const QDateTime shown = local(*time);
    return shown.date() == local(now).date() ? shown.toString(u"HH:mm:ss"_s)
                                             : shown.toString(u"yyyy-MM-dd HH:mm:ss"_s);
}

QString oneLine(const QByteArray& bytes, qsizetype maxCharacters)
{
    Line line(maxCharacters);
    for (qsizetype position = 0; position < bytes.size() && !line.isFull();) {
        const qsizetype start = position;
        if (const auto character = nextCharacter(QByteArrayView(bytes), position))
            line.add(*character);
        else
            line.add(escapeOfByte(bytes[start]));
    }
    return line.text();
}

QString oneLine(const QString& text, qsizetype maxCharacters)
{
    Line line(maxCharacters);
    for (qsizetype position = 0; position < text.size() && !line.isFull();)
        line.add(nextCharacter(QStringView(text), position));
    return line.text();
}

QString escaped(const QString& text)
{
    QString result;
    result.reserve(text.size());
    for (qsizetype position = 0; position < text.size();) {
        const char32_t character = nextCharacter(QStringView(text), position);
        if (character != U'\n' && character != U'\t' && isTreacherous(character))
            result += escapeOf(character);
        else
            result += QChar::fromUcs4(character);
    }
    return result;
}

} // namespace outboard::format
