"""The PDF's own description of itself: PDF/A-3a and PDF/UA-1 in one file."""

from typing import Any

import pydyf
from weasyprint.pdf.metadata import DocumentMetadata

# PDF/A allows only the properties it knows; `pdfuaid:part` has to bring its definition along
# (ISO 19005-3, 6.6.2.3.3).
_PDF_UA = b"""
<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1" />
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""
_END = b"</rdf:RDF>"


class ReportMetadata(DocumentMetadata):
    """WeasyPrint's description of a PDF/A-3a file, which also says that it is PDF/UA-1."""

    def generate_rdf_metadata(self, variant: str, version: int, conformance: str | None) -> bytes:
        rdf: bytes = super().generate_rdf_metadata(variant, version, conformance)
        return rdf.replace(_END, _PDF_UA + _END)

    def include_in_pdf(
        self, pdf: pydyf.PDF, variant: str, version: int, conformance: str | None, compress: Any
    ) -> None:
        """Leave the description uncompressed, so that archives can read it without a PDF reader."""
        super().include_in_pdf(pdf, variant, version, conformance, compress=False)
