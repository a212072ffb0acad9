#!/usr/bin/env pwsh
#Requires -Version 7.0
# Installs cs for the user who runs it, with PowerShell 7 on Windows, macOS or Linux: from the clone that this
# file lies in, or, when it was downloaded alone, from the releases. Options are passed on to `cs -install`.
# Nothing happens before the last line.
#
#   CS_PYTHON        the Python to use (3.8 or newer)
#   CS_INSTALL_DIR   where the program goes (default: ~/.local/bin)
#   CS_RELEASES_URL  where releases are (default: where this file was published)

$ReleasesUrl = ''

# The path of a Python that is new enough. `throw` in place of `exit`, which would close the window of `irm | iex`.
function Find-CsPython {
    $ask = 'import sys; print(sys.executable) if sys.version_info >= (3, 8) else sys.exit(1)'
    foreach ($candidate in @($env:CS_PYTHON, 'python3', 'python', 'py')) {
        if ($candidate -and (Get-Command $candidate -CommandType Application -ErrorAction Ignore)) {
            $found = & $candidate -I -c $ask 2>$null
            if ($LASTEXITCODE -eq 0 -and $found) { return $found }
        }
    }
    throw 'cs: error: cs needs Python 3.8 or newer, and there is none on the PATH; CS_PYTHON names one'
}

function Test-CsClone {
    return $PSScriptRoot -and (Test-Path -LiteralPath (Join-Path $PSScriptRoot 'build_zipapp.py'))
}

function Build-Cs([string]$python) {
    & $python -IS (Join-Path $PSScriptRoot 'build_zipapp.py') | Out-Null
    if ($LASTEXITCODE -ne 0) { throw 'cs: error: the build failed' }
    return Join-Path $PSScriptRoot 'dist' 'cs.pyz'
}

# The path of cs.pyz in a directory, once its checksum is right.
function Get-Cs([string]$python, [string]$directory) {
    $base = if ($env:CS_RELEASES_URL) { $env:CS_RELEASES_URL } else { $ReleasesUrl }
    if (-not $base) { throw 'cs: error: this install.ps1 does not say where cs is released; CS_RELEASES_URL does' }
    $download = @'
import hashlib
import os
import sys
import urllib.parse
import urllib.request

base, directory = sys.argv[1].rstrip("/"), sys.argv[2]


def check(url):
    parts = urllib.parse.urlsplit(url)
    loopback = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    if parts.scheme != "https" and not loopback:
        sys.exit("cs: error: releases come over https only, not from " + url)


class Redirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, request, answer, code, message, headers, url):
        check(url)
        return super().redirect_request(request, answer, code, message, headers, url)


def get(url, limit):
    check(url)
    with urllib.request.build_opener(Redirects).open(url, timeout=30) as answer:
        data = answer.read(limit + 1)
    if len(data) > limit:
        sys.exit("cs: error: far too large: " + url)
    return answer.geturl(), data


try:
    tag = get(base + "/latest", 1 << 22)[0].rstrip("/").rsplit("/", 1)[-1]
    files = base + "/download/" + tag + "/"
    checksum = get(files + "cs.pyz.sha256", 4096)[1].split()
    data = get(files + "cs.pyz", 1 << 25)[1]
except (OSError, ValueError) as error:
    sys.exit("cs: error: the release cannot be downloaded: %s" % error)
if not checksum or checksum[0].decode("ascii", "replace").lower() != hashlib.sha256(data).hexdigest():
    sys.exit("cs: error: the checksum of cs.pyz is wrong; nothing was installed")
path = os.path.join(directory, "cs.pyz")
with open(path, "wb") as f:
    f.write(data)
print(path)
'@
    $path = $download | & $python -I - $base $directory
    if ($LASTEXITCODE -ne 0) { throw 'cs: error: nothing was installed' }
    return $path
}

function Install-Cs {
    $python = Find-CsPython
    $directory = Join-Path ([IO.Path]::GetTempPath()) ('cs-' + [guid]::NewGuid())
    New-Item -ItemType Directory -Path $directory | Out-Null
    try {
        $bundle = if (Test-CsClone) { Build-Cs $python } else { Get-Cs $python $directory }
        & $python -ESs $bundle -install @args
        if ($LASTEXITCODE -ne 0) { throw 'cs: error: cs could not be installed' }
    } finally {
        Remove-Item -Recurse -Force -LiteralPath $directory
    }
}

Install-Cs @args
