/**
 * Transcription factors that mark a lineage, with the places where each is active.
 *
 * The symbols of the two dosage classes come from the published list of dosage-sensitive and -insensitive factors (the
 * gene task of Theodoris et al. 2023), for readability. Level, response, partners and targets of a factor are invented
 * and say nothing about the real gene.
 *
 * Line format: `SYMBOL:number place,place`, with the number of the Ensembl id.
 */

/** Dosage-sensitive factors that mark a lineage. */
export const lineageSensitive = `
  TP63:73282 TEC,keratinocyte
  IRF8:140968 dendritic cell,B cell,macrophage,mTEC 2
  PAX5:196092 B cell
  BCL11B:127152 thymocyte DP,thymocyte SP,thymocyte DN
  LEF1:138795 thymocyte DP,thymocyte SP
  RORC:143365 thymocyte DP
  TBX21:73861 thymocyte SP
  HNF4A:101076 hepatocyte,enterocyte
  GATA2:179348 endothelial cell,thymocyte DN
  TBX5:89225 cardiomyocyte
  TCF4:196628 dendritic cell,neuron
  IKZF3:161405 B cell,thymocyte SP
  GRHL1:134317 keratinocyte,mTEC 3/4
  GRHL3:158055 keratinocyte,enterocyte
  ZEB1:148516 fibroblast,thymocyte DP
  ZEB2:169554 macrophage,fibroblast
  TBX2:121068 pericyte,lung epithelial cell
  TBX18:112837 pericyte,fibroblast
  PRDM16:142611 cardiomyocyte,endothelial cell
  NFIB:147862 lung epithelial cell,fibroblast
  NR2F2:185551 endothelial cell,pericyte
  RUNX2:124813 fibroblast,dendritic cell
  FOXP2:128573 neuron
  HEY1:164683 endothelial cell,cardiomyocyte
  LMX1A:162761 neuron,TEC neuro
  NR5A2:116833 hepatocyte,enterocyte
  ONECUT2:119547 hepatocyte,neuron
  MITF:187098 macrophage,cardiomyocyte
  SOX9:125398 enterocyte,fibroblast
  ETV6:139083 macrophage,erythroid cell
  TFCP2L1:115112 keratinocyte,lung epithelial cell
  E2F1:101412 thymocyte DN,erythroid cell
`;

/** Dosage-insensitive factors that mark a lineage. */
export const lineageInsensitive = `
  AIRE:160224 mTEC 3/4
  KLF1:105610 erythroid cell
  TAL2:186051 thymocyte DN,erythroid cell
  FOXA3:170608 hepatocyte
  BHLHA15:180535 B cell,hepatocyte
  SP140:79263 B cell,macrophage
  ASCL2:183734 enterocyte
  NKX3-2:109705 fibroblast
  FOXS1:179772 pericyte
  ETV2:105672 endothelial cell
  OLIG1:184221 neuron
  ZNF683:176083 thymocyte SP
  ZBTB32:11590 B cell,thymocyte SP
  SOX15:129194 keratinocyte
  ZBED2:177494 keratinocyte,mTEC 2
  MESP1:166823 cardiomyocyte
  NKX3-1:167034 pericyte,fibroblast
  FOXL1:176678 fibroblast,enterocyte
  HES3:173673 neuron
  ATOH7:179774 neuron,TEC neuro
  AKNA:106948 thymocyte DP,B cell
  ATF5:169136 hepatocyte,macrophage
  SP110:135899 macrophage,dendritic cell
  ZNF831:124203 thymocyte SP,thymocyte DP
`;

/** Lineage factors without a dosage label. */
export const lineageUnlabeled = `
  FOXN1:109101 c
  PAX1:125813 c
  PAX9:198807 TEC
  SIX1:126778 TEC
  FEZF2:153266 mTEC 2,mTEC 3/4
  SPIB:269404 mTEC 2,B cell,dendritic cell
  ASCL1:139352 m,TEC neuro
  MYOD1:129152 TEC myo
  MYOG:122180 TEC myo
  NEUROD1:162992 TEC neuro
  GATA1:102145 erythroid cell
  GATA3:107485 thymocyte DN,thymocyte DP,thymocyte SP
  SPI1:66336 macrophage,dendritic cell,B cell
  CEBPA:245848 macrophage,hepatocyte
  EBF1:164330 B cell,pericyte
  ERG:157554 endothelial cell
  TWIST1:122691 fibroblast
  TCF21:118526 fibroblast,pericyte
  NKX2-5:183072 cardiomyocyte
  GATA4:136574 cardiomyocyte,hepatocyte
  HNF1A:135100 hepatocyte,enterocyte
  FOXA2:125798 lung epithelial cell,hepatocyte
  NKX2-1:136352 lung epithelial cell
  CDX2:165556 enterocyte
  NEUROD2:171532 neuron
  IRF4:137265 B cell,dendritic cell,mTEC 3/4
  BATF3:123685 dendritic cell
  TOX:198846 thymocyte DP
  TCF7:81059 thymocyte DN,thymocyte DP,thymocyte SP
  SOX17:164736 endothelial cell
  HEYL:163909 pericyte
  MAFB:204103 macrophage
  POU2F3:137709 TEC neuro,keratinocyte
  IRF1:125347 m
  NFKB2:77150 m
  RELB:104856 m,dendritic cell
  ELF3:163435 mTEC 2,enterocyte,lung epithelial cell
  EHF:135373 m,lung epithelial cell,keratinocyte
`;
