package org.koegura.callmodel;

/// To whom a telephone of the city belongs: one section and one site at a time.
///
/// @param section as the installation names it
/// @param site likewise
public record Line(String section, String site) {

    public Line {
        if (section.isBlank() || section.length() > 64 || site.isBlank() || site.length() > 64) {
            throw new IllegalArgumentException("line: a section and a site of 1 to 64 characters are needed");
        }
    }
}
