#!/usr/bin/env bash
# Writes what an image consists of, as an SPDX 2.3 document: sbom.sh ROOTFS ASSETS VERSION
#   ROOTFS   made by assemble.sh: its Debian packages
#   ASSETS   project.assets.json of nlinkfs: the NuGet packages in the binary
# Needs jq. SOURCE_DATE_EPOCH is the document's date.
set -euo pipefail
rootfs=$1 assets=$2 version=$3
created=$(date -u -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%Y-%m-%dT%H:%M:%SZ)

# "kind<TAB>name<TAB>version<TAB>architecture or licence"
debian() {
    awk -F ': ' -v OFS='\t' '
        $1 == "Package" {name = $2} $1 == "Version" {version = $2} $1 == "Architecture" {arch = $2}
        /^$/ {print "deb", name, version, arch}' "$rootfs/var/lib/dpkg/status"
}

nuget() {
    local folder name number nuspec licence
    folder=$(jq -r '.packageFolders | keys[0]' "$assets")
    # The linker's tasks do their work in the build; the compiler brings the runtime that is linked in.
    jq -r '.libraries | to_entries[] | select(.value.type == "package") | .key' "$assets" | grep -Ev '^(runtime\.|Microsoft\.NET\.ILLink\.Tasks/)' |
        while IFS=/ read -r name number; do
            nuspec=$folder/${name,,}/$number/${name,,}.nuspec
            licence=$(sed -n 's|.*<license type="expression">\(.*\)</license>.*|\1|p' "$nuspec" 2>/dev/null || true)
            printf 'nuget\t%s\t%s\t%s\n' "$name" "$number" "$licence"
        done
}

{ debian; nuget; } | jq -R -s --arg version "$version" --arg created "$created" '
    def package($name; $number; $licence; $purl): {
        name: $name, versionInfo: $number, SPDXID: ("SPDXRef-" + ($purl | gsub("[^A-Za-z0-9.]+"; "-"))), downloadLocation: "NOASSERTION", filesAnalyzed: false,
        licenseConcluded: "NOASSERTION", licenseDeclared: (if $licence == "" then "NOASSERTION" else $licence end), copyrightText: "NOASSERTION",
        externalRefs: [{referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: $purl}]
    };
    [package("nlinkfs"; $version; "MIT"; "pkg:generic/nlinkfs@\($version)")] +
    [split("\n")[] | select(. != "") | split("\t") |
        if .[0] == "deb" then package(.[1]; .[2]; ""; "pkg:deb/debian/\(.[1])@\(.[2] | @uri)?arch=\(.[3])&distro=bookworm")
        else package(.[1]; .[2]; .[3]; "pkg:nuget/\(.[1])@\(.[2])") end] |
    {
        spdxVersion: "SPDX-2.3", dataLicense: "CC0-1.0", SPDXID: "SPDXRef-DOCUMENT", name: "nlinkfs-smb",
        documentNamespace: "urn:nlinkfs-smb:\($version):\($created)",
        creationInfo: {created: $created, creators: ["Tool: container/sbom.sh"]},
        packages: .,
        relationships: [.[] | {spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES", relatedSpdxElement: .SPDXID}]
    }'
