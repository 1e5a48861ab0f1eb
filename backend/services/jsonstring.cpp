// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/jsonstring.h"

#include <QString>

namespace outboard {

namespace {

/// The character that "\n" and the like stand for.
char simpleEscape(char letter)
{
    switch (letter) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return letter;
    }
}

constexpr qsizetype unicodeEscapeLength = 6; // \uXXXX

} // namespace

QByteArray unescapedJson(QByteArrayView inside)
{
    QByteArray text;
    text.reserve(inside.size());
    // Halves of a pair come one after the other: gathered until something else follows.
    QString units;
    for (qsizetype at = 0; at < inside.size();) {
        const bool isEscape = inside[at] == '\\';
        if (isEscape && at + 1 >= inside.size())
            break;
        if (isEscape && inside[at + 1] == 'u') {
            if (at + unicodeEscapeLength > inside.size())
                break;
            units += QChar(char16_t(inside.sliced(at + 2, 4).toByteArray().toUShort(nullptr, 16)));
            at += unicodeEscapeLength;
            continue;
        }
        text += units.toUtf8();
        units.clear();
        text += isEscape ? simpleEscape(inside[at + 1]) : inside[at];
        at += isEscape ? 2 : 1;
    }
    return text + units.toUtf8();
}

QByteArray quotedJson(QByteArrayView text)
{
    QByteArray quoted = "\"";
    for (const char letter : text) {
        if (letter == '"' || letter == '\\')
            quoted += '\\';
        if (static_cast<unsigned char>(letter) < 0x20)
            quoted += "\\u00" + QByteArray(1, letter).toHex();
        else
            quoted += letter;
    }
    return quoted + '"';
}

} // namespace outboard
