// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/payloadtext.h"

#include "text/format.h"
#include "text/prettyjson.h"

#include <QCoreApplication>

namespace outboard {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype maxTextBytes = 256 * 1024;
constexpr qsizetype maxHexBytes = 64 * 1024;
/// Fits a narrow inspector; the offset of what is shown at most has five digits.
constexpr qsizetype hexLineBytes = 8;
constexpr int offsetDigits = 6;
/// A text view needs seconds to lay out one line of 256 KiB.
constexpr qsizetype maxLineCharacters = 1000;

/// At most `limit` bytes, not ending inside a UTF-8 character.
QByteArray beginning(const QByteArray& payload, qsizetype limit)
{
    if (payload.size() <= limit)
        return payload;
    qsizetype end = limit;
    while (end > limit - 4 && (static_cast<unsigned char>(payload[end]) & 0xc0) == 0x80)
        --end;
    return payload.first(end);
}

QString cutNote(qsizetype shown, qsizetype whole)
{
    if (shown >= whole)
        return {};
    return QCoreApplication::translate("outboard", "cut after %1 of %2")
        .arg(format::bytes(shown), format::bytes(whole));
}

QString joined(const QString& first, const QString& second)
{
    return first.isEmpty() || second.isEmpty() ? QString(first + second)
                                               : QString(first + u"; "_s + second);
}

/// Breaks lines that are too long for any screen, and says so.
PayloadText folded(QStringView text, QString note)
{
    PayloadText result;
    result.text.reserve(text.size());
    bool isFolded = false;
    for (qsizetype start = 0; start <= text.size();) {
        qsizetype end = text.indexOf(u'\n', start);
        const qsizetype line = (end < 0 ? text.size() : end) - start;
        const bool isTooLong = line > maxLineCharacters;
        if (isTooLong)
            end = start + maxLineCharacters
                  - (text[start + maxLineCharacters].isLowSurrogate() ? 1 : 0);
        isFolded = isFolded || isTooLong;
        result.text += text.sliced(start, end < 0 ? line : end - start);
        if (end < 0)
            break;
        result.text += u'\n';
        start = isTooLong ? end : end + 1;
    }
    result.note =
        isFolded ? joined(
            note,
            QCoreApplication::translate("outboard", "lines are broken after %1 characters")
                .arg(format::number(maxLineCharacters)))
                 : std::move(note);
    return result;
}

bool isShowable(PrettyJson::End end)
{
    return end != PrettyJson::End::Wrong && end != PrettyJson::End::TooDeep;
}

QString hexLine(const QByteArray& payload, qsizetype offset)
{
    const qsizetype count = std::min(hexLineBytes, payload.size() - offset);
    QString line = QString::number(offset, 16).rightJustified(offsetDigits, u'0') + u' ';
    QString characters;
    for (qsizetype i = 0; i < hexLineBytes; ++i) {
        if (i >= count) {
            line += u"   "_s;
            continue;
        }
        const auto byte = static_cast<unsigned char>(payload[offset + i]);
        line += u' ' + QString::number(byte, 16).rightJustified(2, u'0');
        characters += byte >= 0x20 && byte < 0x7f ? QChar(char16_t(byte)) : QChar(u'.');
    }
    return line + u"  "_s + characters;
}

PayloadText asHex(const QByteArray& payload)
{
    const qsizetype shown = std::min(payload.size(), maxHexBytes);
    PayloadText result;
    for (qsizetype offset = 0; offset < shown; offset += hexLineBytes) {
        if (offset > 0)
            result.text += u'\n';
        result.text += hexLine(payload, offset);
    }
    result.note = cutNote(shown, payload.size());
    return result;
}

PayloadText asText(const QByteArray& payload)
{
    const QByteArray shown = beginning(payload, maxTextBytes);
    if (!shown.isValidUtf8()) {
        PayloadText result = asHex(payload);
        result.note =
            joined(QCoreApplication::translate("outboard", "not UTF-8: shown as hex"), result.note);
        return result;
    }
    return folded(format::escaped(QString::fromUtf8(shown)), cutNote(shown.size(), payload.size()));
}

QString notJson(const PrettyJson& json)
{
    return json.end == PrettyJson::End::TooDeep
               ? QCoreApplication::translate(
                     "outboard", "nested deeper than %1 levels: shown as text")
                     .arg(PrettyJson::maxDepth)
               : QCoreApplication::translate("outboard", "not JSON: unexpected at character %1")
                     .arg(json.position + 1);
}

PayloadText asJson(const QByteArray& payload)
{
    const QByteArray shown = beginning(payload, maxTextBytes);
    if (!shown.isValidUtf8())
        return asText(payload);
    const PrettyJson json = prettyJson(QString::fromUtf8(shown));
    if (!isShowable(json.end)) {
        PayloadText result = asText(payload);
        result.note = joined(notJson(json), result.note);
        return result;
    }
    QString note = cutNote(shown.size(), payload.size());
    if (json.end == PrettyJson::End::Full)
        note = cutNote(json.position, payload.size());
    else if (json.end == PrettyJson::End::Early && note.isEmpty())
        note = QCoreApplication::translate("outboard", "the JSON ends early: it is cut or damaged");
    return folded(format::escaped(json.text), note);
}

} // namespace

PayloadForm bestForm(const QByteArray& payload)
{
    const QByteArray shown = beginning(payload, maxTextBytes);
    if (!shown.isValidUtf8())
        return PayloadForm::Hex;
    const PrettyJson json = prettyJson(QString::fromUtf8(shown));
    return isShowable(json.end) && !json.text.isEmpty() ? PayloadForm::Json : PayloadForm::Text;
}

PayloadText showPayload(const QByteArray& payload, PayloadForm form)
{
    switch (form) {
    case PayloadForm::Json: return asJson(payload);
    case PayloadForm::Text: return asText(payload);
    case PayloadForm::Hex: break;
    }
    return asHex(payload);
}

} // namespace outboard
